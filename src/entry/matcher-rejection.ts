/**
 * The matcher's verdict on a command that was waited for. The command is in the order stream, unlike
 * one that order entry rejects.
 */

import type { RejectReason } from '../protocol/reasons.ts'
import { Rejection } from '../protocol/rejection.ts'

export class MatcherRejection extends Rejection<RejectReason> {}
