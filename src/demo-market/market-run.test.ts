import { expect, test } from 'vitest'
import { type ExchangePorts, InMemoryExchange } from '../../test/entry/in-memory-exchange.ts'
import type { EntryPorts } from '../entry/entry-ports.ts'
import { isOpen } from '../protocol/records.ts'
import { DEMO_ACCOUNTS } from './demo-accounts.ts'
import { DemoGenerator, QUOTES_MAX } from './generator.ts'
import { cancelAll, MarketRun } from './market-run.ts'
import { marketTerms } from './market-terms.ts'

function runOf(exchange: InMemoryExchange, ports: ExchangePorts = exchange.ports(), rate = 10_000) {
  const instruments = [...exchange.instruments.values()].map((one) => marketTerms(one, undefined))
  // An exchange never answers within the same turn of the event loop.
  const later: EntryPorts = {
    ...ports,
    orderEntry: {
      submit: async (...asked) => {
        await new Promise((resolve) => setImmediate(resolve))
        return ports.orderEntry.submit(...asked)
      },
    },
  }
  return new MarketRun(later, new DemoGenerator({ seed: 1, rate: 1, instruments, idPrefix: 'demo-1-1-' }), rate)
}

async function runUntil(run: MarketRun, commands: number): Promise<void> {
  const sending = run.send()
  while (run.counts.commands < commands) await new Promise((resolve) => setTimeout(resolve, 5))
  run.stop()
  await sending
}

const openOrders = (exchange: InMemoryExchange) => [...exchange.orders.values()].filter(({ status }) => isOpen(status))

test('alone in its market it has trades, a book that is never crossed, and no rejection', async () => {
  const exchange = new InMemoryExchange()
  const run = runOf(exchange)
  await run.open()
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
