/** When the client sends what it has queued, with a core that answers when the test says so. */

import { expect, test } from 'vitest'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../../protocol/instrument/instrument.ts'
import { InstrumentDirectory } from '../../../protocol/instrument/instrument-directory.ts'
import { CoreClient } from './core-client.ts'
import type { Submits } from './core-messages.ts'

const [text] = DEMO_INSTRUMENTS
const rest = { text, phase: 'CONTINUOUS', closed: false, bandLow: null, bandHigh: null, rules: 1 } as const
const DIRECTORY = new InstrumentDirectory([[text.symbol, { ...parseInstrument(text), ...rest }]])
const UNDECODABLE = { code: 'unavailable', message: 'a command was not understood', retryable: false } as const

function start() {
  const messages: Submits[] = []
  const client = new CoreClient({ postMessage: (message: Submits) => messages.push(message) } as never, DIRECTORY)
  return {
    submit: (count: number) => void client.submit(new Array(count).fill(placeOrder('a'))).catch(() => {}),
    /** The number of commands of each message, after this turn. */
    sent: async () => {
      await new Promise(setImmediate)
      return messages.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))
    },
    answer: (message: number) =>
      client.receive({ kind: 'submitted', ids: messages[message].ids, receivedAtMs: 5, notable: [] }),
    refuse: (message: number) => {
      const undecodable = messages[message].ids.map((id) => [id, UNDECODABLE] as const)
      client.receive({ kind: 'submitted', ids: [], receivedAtMs: 0, notable: [], undecodable })
    },
  }
}

test('an order waits until the core has answered the order before it', async () => {
  const { submit, sent, answer } = start()
  submit(1)
  expect(await sent()).toEqual([1])
  submit(1)
  expect(await sent()).toEqual([1])
  answer(0)
  expect(await sent()).toEqual([1, 1])
})

test.each(['answer', 'refuse'] as const)(
  'an order waits neither for a batch, which the core will %s, nor for another order beside it',
  async (end) => {
    const { submit, sent, ...core } = start()
    submit(500)
    submit(1)
    expect(await sent()).toEqual([500, 1])
    submit(1)
    expect(await sent()).toEqual([500, 1, 1])
    core[end](0)
    // Two orders are under way and no batch, so the next order waits for an answer.
    submit(1)
    expect(await sent()).toEqual([500, 1, 1])
    core.answer(1)
    expect(await sent()).toEqual([500, 1, 1, 1])
    submit(1)
    expect(await sent()).toEqual([500, 1, 1, 1])
    core.answer(2)
    expect(await sent()).toEqual([500, 1, 1, 1, 1])
  },
)
