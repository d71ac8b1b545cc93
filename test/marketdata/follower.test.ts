/**
 * A follower whose messages are lost, repeated, reordered and combined, and whose connection breaks, has at every moment
 * either the exchange's book of its last event, or knows that it does not. At the end it has the exchange's book.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BookFollower,
  type BookSnapshot,
  type BookUpdate,
  composeBookUpdates,
} from '../../src/marketdata/book-follower.ts'
import { DepthBook } from '../../src/marketdata/depth-book.ts'
import { market, SYMBOL, timedCommands } from '../model/command-arbitrary.ts'
import { BookMessages, type TextSides, textsOf } from './book-messages.ts'
import { FedExchange, foldBatch } from './fed-exchange.ts'

type Message = BookSnapshot | BookUpdate

const action = fc.constantFrom(
  ...Array<'deliver'>(8).fill('deliver'),
  'deliver all' as const,
  'lose' as const,
  'repeat' as const,
  'swap' as const,
  'combine' as const,
  'reconnect' as const,
  'old snapshot' as const,
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never
const actions = fc.array(action, { minLength: 10, maxLength: 200, size: 'max' })

/** The messages under way from the exchange to one follower. */
class BadLink {
  private readonly follower: BookFollower
  private readonly join: () => BookSnapshot
  /** The exchange's book at each event number of a message. */
  private readonly history: ReadonlyMap<number, TextSides>
  private underWay: Message[] = []
  private delivered: Message[] = []
  readonly results = new Set<string>()

  constructor(follower: BookFollower, join: () => BookSnapshot, history: ReadonlyMap<number, TextSides>) {
    this.follower = follower
    this.join = join
    this.history = history
    this.underWay.push(join())
  }

  send(message: Message): void {
    this.underWay.push(message)
  }

  act(action: Action): void {
    const { underWay } = this
    if (action === 'deliver') this.deliver(underWay.shift())
    else if (action === 'deliver all') this.deliverAll()
    else if (action === 'lose') underWay.shift()
    else if (action === 'repeat') this.deliver(this.delivered[this.delivered.length >> 1])
    else if (action === 'swap') underWay.splice(0, 2, ...underWay.slice(0, 2).reverse())
    else if (action === 'combine') this.combine()
    else if (action === 'old snapshot') this.deliver(this.delivered.find(({ type }) => type === 'snapshot'))
    else {
      this.follower.reset()
      this.underWay = [this.join()]
    }
  }

  deliverAll(): void {
    while (this.underWay.length > 0) this.deliver(this.underWay.shift())
  }

  /** The first updates that wait become one. */
  private combine(): void {
    const { underWay } = this
    const end = underWay.findIndex(({ type }, i) => type === 'snapshot' || !follows(underWay, i))
    const updates = underWay.slice(0, end < 0 ? underWay.length : end) as BookUpdate[]
    const all = composeBookUpdates(updates)
    if (all !== undefined) underWay.splice(0, updates.length, all)
  }

  private deliver(message: Message | undefined): void {
    if (message === undefined) return
    const { follower } = this
    this.delivered.push(message)
    const before = { sequence: follower.sequence, bids: follower.bids, asks: follower.asks }
    const result = follower.apply(message)
    this.results.add(result)
    expect(result).not.toBe('checksum')
    if (result === 'old') expect({ ...follower }).toMatchObject(before)
    if (result === 'gap') {
      expect(follower.isCurrent).toBe(false)
      // The client asks for a snapshot, which comes after the messages that are under way.
      this.underWay.push(this.join())
    }
    if (follower.isCurrent) {
      const { bids, asks } = follower
      expect({ bids, asks }).toEqual(this.history.get(follower.sequence))
    }
  }
}

/** Whether message `i` continues the one before it. */
function follows(messages: readonly Message[], i: number): boolean {
  const [before, message] = [messages[i - 1], messages[i]]
  if (before === undefined) return true
  return before.type === 'update' && message.type === 'update' && message.from === before.to + 1
}

test('a follower over a bad link has the book of the exchange, or knows that it has not', () => {
  const results = new Set<string>()
  fc.assert(
    fc.property(
      market,
      timedCommands({ minLength: 20, maxLength: 200 }),
      actions,
      fc.constantFrom(1, 3, 10, 100),
      (market, commands, actions, depth) => {
        const fed = new FedExchange(market)
        const book = new DepthBook()
        const messages = new BookMessages(book, depth)
        const history = new Map<number, TextSides>([[0, { bids: [], asks: [] }]])
        const follower = new BookFollower(depth)
        const link = new BadLink(follower, () => messages.snapshot(), history)
        // Over a good link every message continues the one before it.
        const well = new BookFollower(depth)
        well.apply(messages.snapshot())
        const tick = () => {
          foldBatch(fed.takeBatch(), book)
          book.settle()
          const update = messages.update()
          history.set(fed.eventNumber, textsOf(fed.levels(), depth))
          if (update === undefined) return
          expect(update.from).toBe(well.sequence + 1)
          expect(well.apply(update)).toBe('applied')
          link.send(update)
        }
        for (const [i, { command, timestampMs }] of commands.entries()) {
          fed.apply(command, timestampMs)
          if (i % 3 === 0) tick()
          link.act(actions[i % actions.length])
        }
        // A last event, whose update shows the follower what it has lost.
        fed.apply({ kind: 'CancelOrder', symbol: SYMBOL, account: 'ann', orderId: 'none' }, 0)
        tick()
        link.deliverAll()
        const { sequence, bids, asks } = messages.snapshot()
        expect({ ...follower }).toMatchObject({ isCurrent: true, sequence, bids, asks })
        for (const result of link.results) results.add(result)
      },
    ),
    { numRuns: 100 },
  )
  expect([...results].sort()).toEqual(['applied', 'gap', 'old'])
})
