/**
 * What a client does with the messages of a book: it applies a snapshot and the updates behind it, and proves after
 * each that its book equals the exchange's. docs/reference/websocket.md has the rules.
 *
 * It trusts nothing that it receives. A message that it cannot apply, for any reason, is a gap: then the client asks
 * for a new snapshot, and until one arrives every update is a gap. It never throws.
 */

import { bookChecksum } from './book-checksum.ts'
import type { LevelText } from './book-level.ts'
import { compareDecimals, isDecimal, isZero } from './decimal-order.ts'

/** The fields of a snapshot that a follower reads. */
export interface BookSnapshot {
  readonly type: 'snapshot'
  /** The number of the last event that it contains. */
  readonly sequence: number
  /** Best first. */
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  readonly checksum: number
}

/** The fields of an update that a follower reads. */
export interface BookUpdate {
  readonly type: 'update'
  /** The numbers of the first and the last event that it covers. */
  readonly from: number
  readonly to: number
  /** The levels that changed, in any order. Quantity `0`: the level is gone. */
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  /** Of the book after the update. */
  readonly checksum: number
}

/**
 * applied: the book has the message. old: the book had it before; nothing changed. gap: something is missing.
 * checksum: the book differs from the exchange's. After the last two only a snapshot helps.
 */
export type Applied = 'applied' | 'old' | 'gap' | 'checksum'

export class BookFollower {
  /** Levels of each side that the exchange sends at most. */
  readonly depth: number
  /** Best first. Valid while {@link isCurrent}. */
  bids: readonly LevelText[] = []
  asks: readonly LevelText[] = []
  /** The number of the last event that the book contains. */
  sequence = 0
  /** Whether the book has a snapshot and every update since then. */
  isCurrent = false

  constructor(depth: number) {
    this.depth = depth
  }

  /** Applies a message, a parsed {@link BookSnapshot} or {@link BookUpdate}. */
  apply(message: unknown): Applied {
    if (isSnapshot(message)) return this.snapshot(message)
    if (isUpdate(message)) return this.update(message)
    return this.lose('gap')
  }

  /** Waits for a snapshot, after a connection was lost. */
  reset(): void {
    this.isCurrent = false
  }

  /** A snapshot replaces everything, whatever its number is. */
  private snapshot({ sequence, bids, asks, checksum }: BookSnapshot): Applied {
    if (!this.fits(bids, asks) || !isSorted(bids, -1) || !isSorted(asks, 1)) return this.lose('gap')
    return this.become(sequence, bids, asks, checksum)
  }

  private update({ from, to, bids, asks, checksum }: BookUpdate): Applied {
    if (!this.isCurrent) return 'gap'
    if (to <= this.sequence) return 'old'
    if (from > this.sequence + 1) return this.lose('gap')
    const newBids = withChanges(this.bids, bids, -1)
    const newAsks = withChanges(this.asks, asks, 1)
    if (!this.fits(newBids, newAsks)) return this.lose('gap')
    return this.become(to, newBids, newAsks, checksum)
  }

  private become(sequence: number, bids: readonly LevelText[], asks: readonly LevelText[], checksum: number): Applied {
    if (bookChecksum(bids, asks) !== checksum) return this.lose('checksum')
    this.sequence = sequence
    this.bids = bids
    this.asks = asks
    this.isCurrent = true
    return 'applied'
  }

  private lose(result: 'gap' | 'checksum'): Applied {
    this.isCurrent = false
    return result
  }

  private fits(bids: readonly LevelText[], asks: readonly LevelText[]): boolean {
    return bids.length <= this.depth && asks.length <= this.depth
  }
}

/** Combines updates that follow each other into one that covers them all. Of no updates: undefined. */
export function composeBookUpdates<U extends BookUpdate>(updates: readonly U[]): U | undefined {
  const last = updates.at(-1)
  if (last === undefined) return undefined
  const bids = new Map<string, LevelText>()
  const asks = new Map<string, LevelText>()
  for (const update of updates) {
    for (const level of update.bids) bids.set(level[0], level)
    for (const level of update.asks) asks.set(level[0], level)
  }
  return { ...last, from: updates[0].from, bids: [...bids.values()], asks: [...asks.values()] }
}

/** The levels after changes. `sign` 1: a higher price is worse; −1: a lower price is worse. */
function withChanges(levels: readonly LevelText[], changes: readonly LevelText[], sign: 1 | -1): readonly LevelText[] {
  if (changes.length === 0) return levels
  const changed = levels.slice()
  for (const level of changes) {
    const place = placeOf(changed, level[0], sign)
    const found = place < changed.length && compareDecimals(changed[place][0], level[0]) === 0
    if (isZero(level[1])) changed.splice(place, found ? 1 : 0)
    else if (found) changed[place] = level
    else changed.splice(place, 0, level)
  }
  return changed
}

/** The first place whose price is not better than `price`. */
function placeOf(levels: readonly LevelText[], price: string, sign: 1 | -1): number {
  let low = 0
  let high = levels.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sign * compareDecimals(levels[middle][0], price) < 0) low = middle + 1
    else high = middle
  }
  return low
}

const isSorted = (levels: readonly LevelText[], sign: 1 | -1): boolean =>
  levels.every((level, i) => i === 0 || sign * compareDecimals(levels[i - 1][0], level[0]) < 0)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function isLevel(level: unknown): level is LevelText {
  return Array.isArray(level) && isDecimal(level[0]) && isDecimal(level[1]) && isCount(level[2])
}

const isLevels = (levels: unknown): levels is LevelText[] => Array.isArray(levels) && levels.every(isLevel)

function isSnapshot(message: unknown): message is BookSnapshot {
  const { type, sequence, bids, asks } = fieldsOf(message)
  return type === 'snapshot' && isCount(sequence) && isLevels(bids) && isLevels(asks)
}

function isUpdate(message: unknown): message is BookUpdate {
  const { type, from, to, bids, asks } = fieldsOf(message)
  return type === 'update' && isCount(from) && isCount(to) && isLevels(bids) && isLevels(asks)
}

const fieldsOf = (message: unknown): Readonly<Record<string, unknown>> =>
  typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {}
