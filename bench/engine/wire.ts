/**
 * Measures the path from wire JSON bytes to event bytes in batches of 500, by stage: bytes to checked commands in ticks
 * and lots, commands through matcher and engine to events and records, events to bytes. Events are JSON with decimal
 * text, and separately the feed of events as the exchange sends it. For comparison, JSON.parse alone reads the same
 * commands. Six of ten commands are orders that rest or trade, four are cancels.
 */

import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import { ChangedRecords } from '../../src/orders/changed-records.ts'
import { OrderFold } from '../../src/orders/order-fold.ts'
import { encodeCommand } from '../../src/protocol/command/codec.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { LineReader } from '../../src/protocol/command/line-reader.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedWriter } from '../../src/protocol/event/event-feed-writer.ts'
import { encodeEvent } from '../../src/protocol/event/event-line.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { median } from './compare.ts'
import { randomFrom } from './random.ts'

export interface StageCost {
  readonly stage: string
  readonly nsPerOrder: number
}

const INSTRUMENT = parseInstrument(DEMO_INSTRUMENTS[0])
const INSTRUMENTS = new Map([[INSTRUMENT.symbol, INSTRUMENT]])
const ROUNDS = 5
const BATCH = 500

const STAGES = ['JSON bytes to checked commands', 'matcher, engine, events to JSON bytes']

export function measureWire(count: number): StageCost[] {
  const batches = wireBatches(count)
  const rounds = Array.from({ length: ROUNDS }, () => stageTimes(batches).map((ms) => (ms * 1e6) / count))
  const costs = STAGES.map((stage, i) => ({ stage, nsPerOrder: middle(rounds.map((round) => round[i])) }))
  const whole = middle(rounds.map((round) => round.reduce((a, b) => a + b)))
  const parsed = middle(Array.from({ length: ROUNDS }, () => (parseTime(batches) * 1e6) / count))
  const fed = middle(Array.from({ length: ROUNDS }, () => (feedTime(batches) * 1e6) / count))
  return [
    ...costs,
    { stage: 'the whole', nsPerOrder: whole },
    { stage: 'the whole to the feed', nsPerOrder: fed },
    { stage: 'JSON.parse alone', nsPerOrder: parsed },
  ]
}

function definedMatcher(): SymbolMatcher {
  const matcher = new SymbolMatcher(INSTRUMENT.symbol)
  matcher.instrument = DEMO_INSTRUMENTS[0]
  return matcher
}

/** Milliseconds of each stage for all batches. */
function stageTimes(batches: readonly Buffer[]): number[] {
  const matcher = definedMatcher()
  const reader = new LineReader(INSTRUMENTS)
  const orders = new OrderFold(new ChangedRecords(), () => matcher.names)
  let lines = ''
  const fold = {
    take(event: EventCursor) {
      orders.take(event)
      lines += `${encodeEvent(event, INSTRUMENT)}\n`
    },
  }
  const sums = STAGES.map(() => 0)
  for (const bytes of batches) {
    lines = ''
    orders.sink = new ChangedRecords()
    const times = [performance.now()]
    const commands = reader.readAll(bytes)
    times.push(performance.now())
    for (const command of commands) matcher.apply(command, 1_700_000_000_000, fold)
    if (Buffer.from(lines, 'latin1').length === 0) throw new Error('no events')
    times.push(performance.now())
    for (let i = 0; i < sums.length; i++) sums[i] += times[i + 1] - times[i]
  }
  return sums
}

/** Milliseconds from the same bytes to the feed of events, which the exchange sends while a reader wants it. */
function feedTime(batches: readonly Buffer[]): number {
  const matcher = definedMatcher()
  const reader = new LineReader(INSTRUMENTS)
  const orders = new OrderFold(new ChangedRecords(), () => matcher.names)
  const feed = new EventFeedWriter()
  const fold = {
    take(event: EventCursor) {
      orders.take(event)
      feed.take(event)
    },
  }
  const start = performance.now()
  for (const bytes of batches) {
    orders.sink = new ChangedRecords()
    for (const command of reader.readAll(bytes)) matcher.apply(command, 1_700_000_000_000, fold)
    if (feed.flush() === undefined) throw new Error('no events')
  }
  return performance.now() - start
}

function parseTime(batches: readonly Buffer[]): number {
  const start = performance.now()
  let values = 0
  for (const bytes of batches) {
    for (const line of bytes.toString('latin1').split('\n')) if (line !== '' && JSON.parse(line)) values++
  }
  if (values === 0) throw new Error('no values')
  return performance.now() - start
}

const middle = (values: number[]): number => Math.round(median(values.sort((a, b) => a - b)))

/** Commands as the stream has them, each followed by a newline. */
function wireBatches(count: number): Buffer[] {
  const random = randomFrom(11)
  const resting: string[] = []
  const lines = Array.from({ length: count }, (_, i) => {
    const common = { symbol: INSTRUMENT.symbol, account: `account-${random.below(50)}` }
    let command: Command
    if (random.below(10) < 4 && resting.length > 0) {
      const [account, orderId] = (resting.splice(random.below(resting.length), 1)[0] as string).split(' ')
      command = { kind: 'CancelOrder', ...common, account, orderId }
    } else {
      const side = random.below(2) === 0 ? 'BUY' : 'SELL'
      const distance = random.below(500) - 20
      command = {
        kind: 'PlaceOrder',
        ...common,
        orderId: `order-${i}`,
        side,
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: lots(1 + random.below(1_000_000_000)),
        price: ticks(5_000_000 + (side === 'BUY' ? -distance : distance)),
      }
      resting.push(`${command.account} ${command.orderId}`)
    }
    return `${encodeCommand(command, INSTRUMENT)}\n`
  })
  const batches: Buffer[] = []
  for (let from = 0; from < count; from += BATCH) batches.push(Buffer.from(lines.slice(from, from + BATCH).join('')))
  return batches
}
