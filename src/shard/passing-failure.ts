/**
 * Which failures may end by themselves, so that nothing is to be parked or given up because of them. And which of these
 * last until a newer program runs, and concern one symbol: it waits alone.
 */

import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { UnknownVersion } from '../protocol/versions.ts'

/** A command to one symbol that only a newer program can read. */
export class NewerCommand extends UnknownCommand {}

/** Whether time or a newer program may help. */
export const mayEnd = (cause: unknown): boolean =>
  cause instanceof OperationalFailure || cause instanceof UnknownCommand || cause instanceof UnknownVersion

/** Whether the symbol needs a newer program, for a record or for its book, and the others of its shard do not. */
export const waitsAlone = (cause: unknown): boolean => cause instanceof NewerCommand || cause instanceof UnknownVersion
