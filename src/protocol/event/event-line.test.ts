import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { feedOf } from '../../../test/contracts/sample-feed.ts'
import { SYMBOL, timedCommands } from '../../../test/model/command-arbitrary.ts'
import { SymbolMatcher } from '../../matcher/symbol-matcher.ts'
import { instrumentText, parseInstrument } from '../instrument/instrument.ts'
import { formatSteps, formatStepsShort } from '../units.ts'
import type { EventCursor } from './event-cursor.ts'
import { EventFeedReader } from './event-feed-reader.ts'
import { encodeEvent } from './event-line.ts'
import { eventOf } from './event-of.ts'
import type { Event } from './events.ts'

const instrument = parseInstrument({ symbol: SYMBOL, base: 'T', quote: 'U', tickSize: '0.05', lotSize: '0.001' })

const requestIds = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)

/** The event with decimal text, field by field. */
function asText(event: Event): unknown {
  const text: Record<string, unknown> = { ...event }
  for (const name of ['price', 'low', 'high']) {
    if (text[name] !== undefined) text[name] = formatSteps(text[name] as number, instrument.tick)
  }
  if (text.quantity !== undefined) text.quantity = formatStepsShort(text.quantity as number, instrument.lot)
  return text
}

test('a line has every field of its event, for every kind', () => {
  const kinds = new Set<string>()
  fc.assert(
    fc.property(timedCommands({ minLength: 20, maxLength: 60 }), requestIds, (commands, requestId) => {
      const matcher = new SymbolMatcher(SYMBOL)
      const watcher = {
        take(event: EventCursor) {
          kinds.add(event.kind)
          const line = encodeEvent(event, instrument)
          expect(line).not.toContain('\n')
          expect(JSON.parse(line)).toEqual(asText(eventOf(event)))
        },
      }
      const define = { kind: 'DefineInstrument', ...instrumentText(instrument), requestId } as const
      matcher.apply(define, 0, watcher)
      for (const { command, timestampMs } of commands) matcher.apply({ ...command, requestId }, timestampMs, watcher)
    }),
    { numRuns: 200 },
  )
  expect(kinds.size).toBe(14)
})

test('a rejected cancel of a known order repeats the echo fields of the order', () => {
  const names = { symbol: SYMBOL, number: 3, account: 'ann', orderId: 'a' }
  const batch = feedOf([{ kind: 'CancelRejected', ...names, reason: 'order_not_open', echo: { tag: 'mine' } }])
  const event = new EventFeedReader(batch as Uint8Array)
  expect(event.next()).toBe(true)
  expect(JSON.parse(encodeEvent(event, instrument))).toMatchObject({ ...names, tag: 'mine' })
})
