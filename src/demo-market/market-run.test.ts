import { expect, test } from 'vitest'
import { InMemoryExchange } from '../../test/entry/in-memory-exchange.ts'
import type { OrderEntry } from '../ports/order-entry.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { isOpen } from '../protocol/records.ts'
import { lots, ticks } from '../protocol/units.ts'
import { DEMO_ACCOUNTS } from './demo-accounts.ts'
import { DemoGenerator, QUOTES_MAX } from './generator.ts'
import { cancelAll, MarketRun } from './market-run.ts'
import { marketTerms } from './market-terms.ts'

type Submit = OrderEntry['submit']

/** A run, and its generator. `around` wraps the submission of its commands. */
function runOn(exchange: InMemoryExchange, around: (submit: Submit) => Submit = (submit) => submit, looksAfter = 200) {
  const ports = exchange.ports()
  const instruments = [...exchange.instruments.values()].map((one) => marketTerms(one, undefined))
  const generator = new DemoGenerator({ seed: 1, rate: 1, instruments, idPrefix: 'demo-1-1-' })
  const submit = around(async (...asked) => {
    // An exchange never answers within the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    return ports.orderEntry.submit(...asked)
  })
  return { run: new MarketRun({ ...ports, orderEntry: { submit } }, generator, 10_000, looksAfter), generator }
}

async function runUntil(run: MarketRun, commands: number): Promise<void> {
  await run.open()
  const sending = run.send()
  while (run.counts.commands < commands) await new Promise((resolve) => setTimeout(resolve, 5))
  run.stop()
  await sending
}

const openOrders = (exchange: InMemoryExchange) => [...exchange.orders.values()].filter(({ status }) => isOpen(status))

test('alone in its market it has trades, a book that is never crossed, and no rejection', async () => {
  const exchange = new InMemoryExchange()
  const { run } = runOn(exchange)
  await runUntil(run, 800)
  expect(run.counts.rejected).toBe(0)
  expect(exchange.trades.length).toBeGreaterThan(30)
  for (const symbol of exchange.instruments.keys()) {
    const { bids, asks } = await exchange.ports().bookReader.book(symbol, 10)
    expect(bids.length).toBeGreaterThan(3)
    expect(asks[0].price).toBeGreaterThan(bids[0].price)
  }
  const open = openOrders(exchange)
  expect(open.length).toBeLessThan(QUOTES_MAX)
  expect(open.every(({ account }) => DEMO_ACCOUNTS.includes(account))).toBe(true)
  await cancelAll(exchange.ports())
  expect(openOrders(exchange)).toEqual([])
})

test('after a failure the same commands are sent again, and after the last failure nothing is', async () => {
  const exchange = new InMemoryExchange()
  let calls = 0
  const { run } = runOn(exchange, (submit) => (commands, waitMs) => {
    calls++
    if (calls % 3 !== 0) return submit(commands, waitMs)
    return Promise.reject(new OperationalFailure('overloaded', 'busy', { retryable: true, retryAfterMs: 1 }))
  })
  await runUntil(run, 300)
  expect(run.counts.rejected).toBe(0)
  const ids = exchange.submissions.flat().flatMap((command) => (command.kind === 'PlaceOrder' ? [command.orderId] : []))
  expect(ids).toEqual(ids.map((_, i) => `demo-1-1-${i + 1}`))

  const gone = new OperationalFailure('unavailable', 'the core has stopped', { retryable: false })
  const ended = runOn(new InMemoryExchange(), () => () => Promise.reject(gone))
  await expect(ended.run.send()).rejects.toBe(gone)
})

test('orders that it takes to be filled, because others traded, are canceled', async () => {
  const exchange = new InMemoryExchange()
  await exchange.ports().orderEntry.submit([
    {
      kind: 'PlaceOrder',
      symbol: 'BTCUSD',
      account: 'ann',
      orderId: 'cheap',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: lots(1_000_000 * 100_000_000),
      price: ticks(4_900_000),
    },
  ])
  const { run, generator } = runOn(exchange, (submit) => submit, 1)
  await runUntil(run, 400)
  expect(run.counts.rejected).toBeGreaterThan(0)
  const known = new Set(DEMO_ACCOUNTS.flatMap((account) => [...generator.openOrders(account)]))
  const open = openOrders(exchange).filter(({ account }) => account !== 'ann')
  expect(open.filter(({ orderId }) => !known.has(orderId))).toEqual([])
})
