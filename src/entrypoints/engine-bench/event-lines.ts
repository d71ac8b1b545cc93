/**
 * The engine's events as lines of text, sorted by the sequence of their record, then by type. Order ids, sequences
 * and prices are exact 64-bit integers. Events are read in sequence, because a handle means the order that was last
 * accepted with it.
 */

import {
  ACCEPTED,
  AMEND_REJECTED,
  AMENDED,
  CANCEL_REJECTED,
  CANCELED,
  type EventBuffer,
  TRADE,
} from '../../engine/event-buffer.ts'
import { invariant } from '../../protocol/assert.ts'
import type { CommandFile } from './command-file.ts'

/** The six event types of the engine that lines have. */
const TYPES = 6

export class EventLines {
  private readonly file: CommandFile
  private readonly ranks: Float64Array
  /** By handle: the record that placed its present order. */
  private readonly placedBy: number[] = []
  private readonly lines: string[] = []
  private readonly keys: number[] = []
  private sorted = true

  constructor(file: CommandFile) {
    this.file = file
    this.ranks = ranksOf(file)
  }

  /** Reads a batch of events. */
  readonly add = (events: EventBuffer): void => {
    for (let i = 0; i < events.count; i++) {
      const key = this.ranks[events.sequence(i)] * TYPES + events.kind(i)
      if (this.keys.length > 0 && key < this.keys[this.keys.length - 1]) this.sorted = false
      this.keys.push(key)
      this.lines.push(this.line(events, i))
    }
  }

  /** All lines, sorted. */
  all(): string[] {
    if (this.sorted) return this.lines
    const order = this.keys.map((_, i) => i).sort((a, b) => this.keys[a] - this.keys[b])
    return order.map((i) => this.lines[i])
  }

  private line(events: EventBuffer, i: number): string {
    const record = events.sequence(i)
    const kind = events.kind(i)
    const head = `${kind},${this.file.sequence(record)}`
    if (kind === ACCEPTED) this.placedBy[events.order(i)] = record
    switch (kind) {
      case ACCEPTED:
      case AMENDED:
        return `${head},${events.side(i)},${this.idOf(events.order(i))},${this.price(events, i)},${events.quantity(i)}`
      case TRADE: {
        const parties = `${this.idOf(events.order(i))},${this.idOf(events.taker(i))}`
        return `${head},${this.price(events, i)},${events.quantity(i)},${parties}`
      }
      case CANCELED:
        return `${head},${events.side(i)},${this.idOf(events.order(i))},${this.price(events, i)}`
      default:
        invariant(kind === CANCEL_REJECTED || kind === AMEND_REJECTED, `record ${record} was refused by the book`)
        return `${head},${this.file.orderId(record)}`
    }
  }

  private idOf(handle: number): bigint {
    return this.file.orderId(this.placedBy[handle])
  }

  private price(events: EventBuffer, i: number): string {
    return this.file.base === 0n ? String(events.price(i)) : String(this.file.base + BigInt(events.price(i)))
  }
}

/** The rank of each record by sequence. Records with the same sequence have the same rank. */
function ranksOf(file: CommandFile): Float64Array {
  const order = Array.from({ length: file.count }, (_, record) => record)
  const sequences = order.map((record) => file.sequence(record))
  order.sort((a, b) => (sequences[a] < sequences[b] ? -1 : sequences[a] > sequences[b] ? 1 : 0))
  const ranks = new Float64Array(file.count)
  let rank = 0
  order.forEach((record, i) => {
    if (i > 0 && sequences[record] !== sequences[order[i - 1]]) rank++
    ranks[record] = rank
  })
  return ranks
}
