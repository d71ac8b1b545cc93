/** Which failures may end by themselves, so that nothing is to be put aside or given up because of them. */

import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { UnknownVersion } from '../protocol/versions.ts'

/** Whether time or a newer program may help. */
export const mayEnd = (cause: unknown): boolean =>
  cause instanceof OperationalFailure || cause instanceof UnknownCommand || cause instanceof UnknownVersion
