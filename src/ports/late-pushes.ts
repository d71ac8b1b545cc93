/**
 * Notes of what is late: the followers of a symbol, or of the orders of an account, of whom one lacks something. The
 * process that pushes notes it, and removes the note when the followers have everything. Meanwhile a regular check
 * wakes that process, because nothing else may happen for long.
 */

export interface LatePush {
  /** With `account`: any symbol whose events come in the same shard as those that the followers of the account lack. */
  readonly symbol: string
  /** Present: its own orders are late, and not the symbol. */
  readonly account?: string
}

/** Every function throws OperationalFailure if the store cannot be reached. */
export interface LatePushes {
  /** When it resolves, the notes are durable. One that exists stays. */
  note(late: readonly LatePush[]): Promise<void>
  /** One that does not exist is ignored. */
  remove(late: readonly LatePush[]): Promise<void>
  /** In no order. */
  all(): Promise<LatePush[]>
}
