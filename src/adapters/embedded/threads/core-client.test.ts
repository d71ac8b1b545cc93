/** Client and server of the core thread, connected without a thread: each receives the messages of the other. */

import { expect, test } from 'vitest'
import { settled } from '../../../../test/contracts/memory-ports.ts'
import { INSTRUMENTS, orderRecord, placeOrder } from '../../../../test/contracts/sample-records.ts'
import type { Fill } from '../../../ports/fill-reader.ts'
import type { Receipt } from '../../../ports/order-entry.ts'
import type { Page } from '../../../ports/order-reader.ts'
import type { Paced } from '../../../ports/paced.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { EventFeedWriter } from '../../../protocol/event/event-feed-writer.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../../protocol/instrument/instrument.ts'
import { InstrumentDirectory } from '../../../protocol/instrument/instrument-directory.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import { ExchangeState } from '../../../recovery/exchange-state.ts'
import { CoreClient } from './core-client.ts'
import type { CandlePart, ToServer } from './core-messages.ts'
import { CoreServer, type CoreServerPorts } from './core-server.ts'

type Submit = CoreServerPorts['exchange']['submit']

/** BTCUSD in its first state. */
const DIRECTORY = new InstrumentDirectory()
for (const text of DEMO_INSTRUMENTS) {
  const rest = { text, phase: 'CONTINUOUS', closed: false, bandLow: null, bandHigh: null, rules: 1 } as const
  DIRECTORY.set(text.symbol, { ...parseInstrument(text), ...rest })
}

function joined(submit: Submit, spoil: (message: ToServer) => ToServer = (message) => message) {
  const messages: ToServer[] = []
  const feeds: boolean[] = []
  const exchange = {
    submit,
    orders: {
      find: (_: string, orderId: string) => (orderId === 'known' ? orderRecord('known', 1) : undefined),
      *list(): Paced<Page<OrderRecord>> {
        for (;;) yield
      },
      *trades(): Paced<TradeRecord[]> {
        yield
        return []
      },
      *fills(): Paced<Page<Fill>> {
        yield
        return { rows: [] }
      },
      *candles(): Paced<CandlePart[]> {
        yield
        return []
      },
      *findTrades(): Paced<undefined[]> {
        yield
        return []
      },
    },
    book: () => {
      throw new Error('no book today')
    },
    commit: async () => {},
    instruments: INSTRUMENTS,
  }
  const feed = {
    startFeed: () => {
      feeds.push(true)
      return { position: '', timestampMs: 0, symbols: new Map() }
    },
    stopFeed: () => feeds.push(false),
  }
  const server = new CoreServer({
    exchange,
    feed,
    stats: () => ({}) as never,
    stop: async (withinMs) => ({ stateHash: `hash in ${withinMs}`, unstoredEvents: 0, snapshot: 'saved' }),
    post: (message) => client.receive(structuredClone(message)),
  })
  const postMessage = (message: ToServer): void => {
    messages.push(message)
    server.receive(spoil(structuredClone(message)) as Parameters<typeof server.receive>[0])
  }
  const client = new CoreClient({ postMessage } as never, DIRECTORY)
  return { client, messages, feeds }
}

const acceptAll: Submit = async (commands) => commands.map(() => ({ kind: 'accepted', receivedAtMs: 5 }))

test('the submits of one turn share a message, in sequence, and each gets its own receipts', async () => {
  const seen: (readonly Command[])[] = []
  const { client, messages } = joined(async (commands, lines, waits) => {
    seen.push(commands)
    expect(Buffer.from(lines).toString().split('\n')).toHaveLength(commands.length + 1)
    expect(waits.map(Boolean)).toEqual([false, true, true])
    return commands.map((command): Receipt => {
      if (!('orderId' in command)) throw new Error('not an order')
      if (command.orderId === 'b') return { kind: 'conflict' }
      return { kind: 'accepted', receivedAtMs: 5, ...(command.orderId === 'c' && { outcome: { canceled: 3 } }) }
    })
  })
  const [one, two] = await Promise.all([
    client.submit([placeOrder('a')]),
    client.submit([placeOrder('b'), placeOrder('c')], 1_000),
  ])
  expect(messages).toHaveLength(1)
  expect(seen).toEqual([[placeOrder('a'), placeOrder('b'), placeOrder('c')]])
  expect(one).toEqual([{ kind: 'accepted', receivedAtMs: 5 }])
  expect(two).toEqual([{ kind: 'conflict' }, { kind: 'accepted', receivedAtMs: 5, outcome: { canceled: 3 } }])
})

test('an operational failure keeps its code across the threads', async () => {
  const { client } = joined(async () => {
    throw new OperationalFailure('storage_full', 'full', { retryable: true })
  })
  const failing = client.submit([placeOrder('a')])
  await expect(failing).rejects.toThrow(OperationalFailure)
  await expect(failing).rejects.toMatchObject({ code: 'storage_full', retryable: true, message: 'full' })
})

test('answers questions, and reports their failures', async () => {
  const { client } = joined(acceptAll)
  expect(await client.ask('order', { account: 'ann', orderId: 'known' })).toEqual(orderRecord('known', 1))
  expect(await client.ask('order', { account: 'ann', orderId: 'unknown' })).toBeUndefined()
  await expect(client.book('BTCUSD', 1)).rejects.toMatchObject({ code: 'unavailable', message: 'no book today' })
  expect(await client.stop(5)).toMatchObject({ stateHash: 'hash in 5', snapshot: 'saved' })
})

test('a submit that waits is given up in time, and the answer that comes later is of no use', async () => {
  let answer: (receipts: Receipt[]) => void = () => {}
  const { client } = joined(() => new Promise((resolve) => (answer = resolve)))
  const startedMs = performance.now()
  const waiting = client.submit([placeOrder('a')], 50)
  await expect(waiting).rejects.toMatchObject({ code: 'not_confirmed', retryable: false })
  expect(performance.now() - startedMs).toBeLessThan(1_000)
  answer([{ kind: 'accepted', receivedAtMs: 5 }])
  await settled()
  expect(client.latestMs).toBe(5)
})

test('refuses too many commands in flight, and accepts commands again after answers', async () => {
  const { client } = joined(acceptAll)
  const many = Array.from({ length: 200_000 }, (): Command => ({ kind: 'AdvanceTime', symbol: 'BTCUSD' }))
  const first = client.submit(many)
  await expect(client.submit([placeOrder('a')])).rejects.toMatchObject({ code: 'overloaded', retryable: true })
  expect(await first).toHaveLength(200_000)
  expect(await client.submit([placeOrder('a')])).toHaveLength(1)
})

test('rejects all pending calls when the core has stopped', async () => {
  const { client } = joined(() => new Promise(() => {}))
  const waiting = client.submit([placeOrder('a')])
  client.abandon('it broke')
  for (const call of [waiting, client.submit([placeOrder('b')]), client.stats()]) {
    await expect(call).rejects.toMatchObject({ code: 'unavailable', retryable: false, message: 'it broke' })
  }
})

test('the feed is on only while it has readers, also if one stops while another begins', async () => {
  const { client, feeds } = joined(acceptAll)
  const reader = { start: () => {}, take: () => {} }
  const stopOne = await client.events.read(reader)
  const beginning = client.events.read(reader)
  stopOne()
  stopOne()
  expect(feeds).toEqual([true, true])
  const stopTwo = await beginning
  stopTwo()
  expect(feeds).toEqual([true, true, false])
  client.abandon('it broke')
  await expect(client.events.read(reader)).rejects.toMatchObject({ code: 'unavailable' })
})

test('the directory of instruments follows the events that concern symbols', () => {
  const { client } = joined(acceptAll)
  const writer = new EventFeedWriter()
  const define = { kind: 'DefineInstrument', ...DEMO_INSTRUMENTS[0], symbol: 'NEW' } as const
  const commands: Command[] = [define, { kind: 'ChangePhase', symbol: 'NEW', phase: 'HALTED', operator: 'op' }]
  new ExchangeState().apply({ position: '1', timestampMs: 1, commands }, writer)
  client.receive({ kind: 'symbolEvents', batch: writer.batch() })
  expect(client.instruments.get('NEW')).toMatchObject({ symbol: 'NEW', phase: 'HALTED', closed: false })
})

test('a command that cannot be encoded leaves no line behind for the next submit', async () => {
  const { client, messages } = joined(acceptAll)
  const unknown = placeOrder('x', { symbol: 'NOPE' })
  await expect(client.submit([placeOrder('ghost'), unknown])).rejects.toThrow()
  await client.submit([placeOrder('mine')])
  expect(messages).toHaveLength(1)
  const [message] = messages
  if (message.kind !== 'submits') throw new Error(message.kind)
  expect(message.lines.match(/"orderId":"\w+"/g)).toEqual(['"orderId":"mine"'])
})

test('a line that the core does not understand fails only the submit that owns it', async () => {
  const seen: string[][] = []
  const { client } = joined(
    async (commands, lines) => {
      expect(Buffer.from(lines).toString().split('\n')).toHaveLength(commands.length + 1)
      seen.push(commands.map((command) => ('orderId' in command ? command.orderId : '')))
      return commands.map((_, i) => ({ kind: 'accepted', receivedAtMs: 5, outcome: { canceled: i } }))
    },
    (message) =>
      message.kind === 'submits'
        ? { ...message, lines: message.lines.replace(/BTCUSD(","account":"ann","orderId":"spoiled)/g, 'NOPE$1') }
        : message,
  )
  const submits = [['a'], ['b', 'spoiled', 'c'], ['d', 'e'], ['spoiled2']].map((ids) =>
    client.submit(
      ids.map((id) => placeOrder(id)),
      1_000,
    ),
  )
  const outcome = (canceled: number) => ({ kind: 'accepted', receivedAtMs: 5, outcome: { canceled } })
  expect(await Promise.allSettled(submits)).toEqual([
    { status: 'fulfilled', value: [outcome(0)] },
    { status: 'rejected', reason: expect.objectContaining({ code: 'unavailable', retryable: false }) },
    { status: 'fulfilled', value: [outcome(1), outcome(2)] },
    { status: 'rejected', reason: expect.objectContaining({ code: 'unavailable', retryable: false }) },
  ])
  // The first three shared a message.
  expect(seen).toEqual([['a', 'd', 'e'], []])
  // The core and the queue of the client go on.
  expect(await client.submit([placeOrder('f')], 1_000)).toEqual([outcome(0)])
})

test('lists that never end delay neither an order, nor a short question, nor the counts', async () => {
  const { client } = joined(acceptAll)
  const lists = Array.from({ length: 50 }, () => client.ask('orders', { account: 'ann', query: { limit: 1 } }))
  for (const list of lists) list.catch(() => {})
  await settled()
  const answers = [
    client.submit([placeOrder('a')]),
    client.stats(),
    client.ask('order', { account: 'ann', orderId: 'known' }),
    client.ask('trades', { symbol: 'BTCUSD', query: { limit: 1 } }),
  ]
  expect(await Promise.all(answers)).toHaveLength(4)
})

test('refuses too many reads in flight, but not the question for the counts', async () => {
  const { client } = joined(acceptAll)
  const list = () => client.ask('orders', { account: 'ann', query: { limit: 1 } })
  for (let i = 0; i < 10_000; i++) list().catch(() => {})
  await expect(list()).rejects.toMatchObject({ code: 'overloaded', retryable: true })
  expect(await client.stats()).toEqual({})
})
