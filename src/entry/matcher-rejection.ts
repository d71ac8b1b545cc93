/**
 * A rejection by the matcher of a command whose outcome the request waited for. The command is in the order
 * stream. A command that order entry rejects is not.
 */

import type { RejectReason } from '../protocol/reasons.ts'
import { Rejection } from '../protocol/rejection.ts'

/** The detail: the code says all. */
export const REJECTED_BY_MATCHER = 'The matcher rejected the command.'

export class MatcherRejection extends Rejection<RejectReason> {}
