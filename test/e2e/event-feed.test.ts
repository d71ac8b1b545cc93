/**
 * The feed of events of the real core thread. The test decodes its bytes and folds the events. The fold must give
 * the same trades and orders as the exchange.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openCore } from '../../src/adapters/embedded/threads/open-core.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { eventFeedContract } from '../contracts/event-feed.contract.ts'
import { FeedFold } from '../contracts/feed-fold.ts'
import { placeOrder } from '../contracts/sample-records.ts'
import { ROOT, removeLater } from './running-exchange.ts'

const fileOf = (name: string): URL => pathToFileURL(join(ROOT, 'dist/entrypoints', name))
const THREADS = {
  core: fileOf('core-thread.js'),
  reader: fileOf('reader-thread.js'),
  market: fileOf('market-thread.js'),
  lake: fileOf('lake-thread.js'),
}

const open = () =>
  openCore(
    THREADS,
    { dataPath: removeLater(), seed: DEMO_INSTRUMENTS, accountOpenOrdersMax: 1_000 },
    { onLog: () => {}, onFailed: (message) => expect.fail(message) },
  )

eventFeedContract(async () => {
  const core = await open()
  const { client } = core
  return {
    feed: client.events,
    books: client,
    submit: (commands) => client.submit(commands, 5_000),
    close: () => core.stop(),
  }
})

test('the decoded events of a core thread give its trades and closed orders', async () => {
  const core = await open()
  try {
    const { client } = core
    const events: Event[] = []
    const fold = new FeedFold()
    await client.submit([placeOrder('before')], 5_000)
    const stop = await client.events.read({
      // Event 1 defines the instrument. Event 2 accepts the order.
      start: ({ symbols }) => expect(symbols.get('BTCUSD')).toEqual({ eventNumber: 2, tradeNumber: 0 }),
      take(batch) {
        const event = new EventFeedReader(batch)
        while (event.next()) {
          events.push(eventOf(event))
          fold.take(event)
        }
      },
    })
    const orders = Array.from({ length: 500 }, (_, i) =>
      placeOrder(`o-${i}`, { side: i % 2 === 0 ? 'BUY' : 'SELL', account: i % 3 === 0 ? 'bob' : 'ann' }),
    )
    await Promise.all(orders.map((order) => client.submit([order], 5_000)))
    await client.submit([{ kind: 'ChangePhase', symbol: 'BTCUSD', phase: 'HALTED', operator: 'ann' }], 5_000)
    expect(client.instruments.get('BTCUSD')?.phase).toBe('HALTED')

    expect(events[0]).toMatchObject({ kind: 'OrderAccepted', number: 3 })
    for (const [i, { number }] of events.entries()) expect(number).toBe(i + 3)
    expect(events.at(-1)).toMatchObject({ kind: 'PhaseChanged', phase: 'HALTED', operator: 'ann' })
    const kept = await core.reader.trades.list('BTCUSD', { limit: 1_000 })
    expect(kept.length).toBeGreaterThan(200)
    expect(fold.trades).toEqual(kept.reverse())
    for (const record of fold.orders) {
      // The order was accepted before the feed was read, so the fold does not have it.
      if (record.orderId === 'before') continue
      expect(await core.reader.get(record.account, record.orderId)).toEqual(record)
    }

    stop()
    const count = events.length
    await client.submit([{ kind: 'ChangePhase', symbol: 'BTCUSD', phase: 'CONTINUOUS' }], 5_000)
    await client.stats()
    expect(events).toHaveLength(count)
    expect(client.instruments.get('BTCUSD')?.phase).toBe('CONTINUOUS')
  } finally {
    await core.stop()
  }
})
