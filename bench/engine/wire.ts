/**
 * From wire JSON bytes to event bytes, in batches of 500, stage by stage: bytes to JSON values, values to a
 * checked command in ticks and lots, command through matcher and engine to events and records, events
 * to JSON bytes with decimal text. Six of ten commands are orders that rest or trade, four cancel.
 */

import { ChangedRecords } from '../../src/matcher/outbox.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import { commandOf, encodeCommand } from '../../src/protocol/codec.ts'
import type { Command } from '../../src/protocol/commands.ts'
import type { Event } from '../../src/protocol/events.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument.ts'
import { formatSteps, formatStepsShort, lots, ticks } from '../../src/protocol/units.ts'
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

export function measureWire(count: number): StageCost[] {
  const lines = wireLines(count)
  const rounds = Array.from({ length: ROUNDS }, () => stageTimes(lines).map((ms) => (ms * 1e6) / count))
  const stages = ['JSON bytes to values', 'check and units', 'matcher and engine', 'events to JSON bytes']
  const costs = stages.map((stage, i) => ({ stage, nsPerOrder: middle(rounds.map((round) => round[i])) }))
  return [...costs, { stage: 'the whole', nsPerOrder: middle(rounds.map((r) => r.reduce((a, b) => a + b))) }]
}

/** Milliseconds of each stage for all lines, handed over in batches. */
function stageTimes(lines: readonly Buffer[]): number[] {
  const matcher = new SymbolMatcher(INSTRUMENT.symbol)
  const sums = [0, 0, 0, 0]
  for (let start = 0; start < lines.length; start += BATCH) {
    const events: Event[] = []
    const out = new ChangedRecords(events)
    const times = [performance.now()]
    const values = lines.slice(start, start + BATCH).map((line) => JSON.parse(line.toString('latin1')) as unknown)
    times.push(performance.now())
    const commands = values.map((value) => commandOf(value, INSTRUMENTS))
    times.push(performance.now())
    for (const command of commands) matcher.apply(command, 1_700_000_000_000, out)
    times.push(performance.now())
    const bytes = Buffer.from(events.map(eventJson).join('\n'), 'latin1')
    times.push(performance.now())
    if (bytes.length === 0) throw new Error('no events')
    for (let i = 0; i < sums.length; i++) sums[i] += times[i + 1] - times[i]
  }
  return sums
}

const middle = (values: number[]): number => Math.round(median(values.sort((a, b) => a - b)))

/** The words of an event need no escapes: ids, accounts and symbols are of plain characters. */
function eventJson(event: Event): string {
  let text = ''
  for (const [name, value] of Object.entries(event)) {
    if (name === 'price') text += `,"price":"${formatSteps(value, INSTRUMENT.tick)}"`
    else if (name === 'quantity') text += `,"quantity":"${formatStepsShort(value, INSTRUMENT.lot)}"`
    else text += typeof value === 'string' ? `,"${name}":"${value}"` : `,"${name}":${value}`
  }
  return `{${text.slice(1)}}`
}

function wireLines(count: number): Buffer[] {
  const random = randomFrom(11)
  const resting: string[] = []
  return Array.from({ length: count }, (_, i) => {
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
    return Buffer.from(encodeCommand(command, INSTRUMENT))
  })
}
