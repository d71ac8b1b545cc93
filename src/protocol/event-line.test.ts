import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SYMBOL, timedCommands } from '../../test/model/command-arbitrary.ts'
import { MatchedExchange } from '../../test/model/matched-exchange.ts'
import { encodeEvent } from './event-line.ts'
import type { Event } from './events.ts'
import { parseInstrument } from './instrument.ts'
import { formatSteps, formatStepsShort } from './units.ts'

const instrument = parseInstrument({ symbol: SYMBOL, base: 'T', quote: 'U', tickSize: '0.05', lotSize: '0.001' })

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
    fc.property(timedCommands({ minLength: 20, maxLength: 60 }), fc.string(), (commands, requestId) => {
      const exchange = new MatchedExchange(SYMBOL)
      for (const { command, timestampMs } of commands) {
        for (const event of exchange.apply({ ...command, requestId }, timestampMs)) {
          kinds.add(event.kind)
          const line = encodeEvent(event, instrument)
          expect(line).not.toContain('\n')
          expect(JSON.parse(line)).toEqual(asText(event))
        }
      }
    }),
    { numRuns: 200 },
  )
  expect(kinds.size).toBe(14)
})
