/**
 * The updates of each account give the records of the exchange: of every order that an event concerns, and of all open
 * orders after each command. An account that joins in the middle continues equal.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderUpdates } from '../../src/marketdata/order-updates.ts'
import { isOpen, type OrderRecord } from '../../src/protocol/records.ts'
import { market, timedCommands } from '../model/command-arbitrary.ts'
import { FedExchange, foldBatch } from './fed-exchange.ts'

const ACCOUNTS = ['ann', 'bob', 'cat', 'dan']
const RUN = { minLength: 1, maxLength: 200 }

const sorted = (records: readonly OrderRecord[]) => [...records].sort((a, b) => a.firstEvent - b.firstEvent)

test('every change of an order is given once, with the record that the exchange has', () => {
  const types = new Set<string>()
  fc.assert(
    fc.property(market, timedCommands(RUN), (market, commands) => {
      const fed = new FedExchange(market)
      const own = ACCOUNTS.map((account) => new OrderUpdates(account))
      for (const { command, timestampMs } of commands) {
        fed.apply(command, timestampMs)
        const changed = new Map(fed.exchange.matched.takeChanged().map((record) => [record.firstEvent, record]))
        const last = new Map<number, OrderRecord>()
        foldBatch(fed.takeBatch(), {
          take: (event) => {
            const updates = own.flatMap((one) => one.take(event))
            for (const { type, orderId, number, order, fill } of updates) {
              types.add(fill === undefined ? type : `${type} ${fill.liquidity}`)
              expect(number).toBe(event.number)
              if (order !== undefined) expect(order.orderId).toBe(orderId)
              if (order?.lastEvent === number) last.set(order.firstEvent, order)
            }
            // Each event of an order has one update for each side of it.
            const sides = event.concernsSymbol ? 0 : event.kind === 'TradeExecuted' ? 2 : 1
            expect(updates.length).toBe(sides)
          },
        })
        expect(last).toEqual(changed)
        const open = own.flatMap((one) => one.records)
        expect(open.every(({ status }) => isOpen(status))).toBe(true)
        expect(sorted(open)).toEqual(sorted(fed.openOrders()))
      }
    }),
    { numRuns: 80 },
  )
  expect([...types].sort()).toEqual([
    'ACCEPTED',
    'AMENDED',
    'AMEND_REJECTED',
    'CANCELED',
    'CANCEL_REJECTED',
    'REJECTED',
    'TRADE MAKER',
    'TRADE TAKER',
  ])
})

test('an account that joins in the middle has the same open orders, and no update of what its records contain', () => {
  fc.assert(
    fc.property(market, timedCommands(RUN), fc.nat(200), fc.nat(30), (market, commands, begin, before) => {
      const fed = new FedExchange(market)
      const own = ACCOUNTS.map((account) => new OrderUpdates(account))
      const readAt = Math.min(begin + before, commands.length - 1)
      for (const [i, { command, timestampMs }] of commands.entries()) {
        // The events since `begin` are kept until the records are read, and then taken.
        if (i === begin) fed.takeBatch()
        fed.apply(command, timestampMs)
        if (i < readAt) continue
        if (i === readAt) for (const one of own) one.restore(fed.openOrders().filter((r) => r.account === one.account))
        const records = new Map(own.flatMap((one) => one.records).map((record) => [record.firstEvent, record]))
        foldBatch(fed.takeBatch(), {
          take: (event) => {
            for (const { order, number } of own.flatMap((one) => one.take(event))) {
              const record = i === readAt && order !== undefined ? records.get(order.firstEvent) : undefined
              if (record !== undefined && order?.lastEvent === number) expect(number).toBeGreaterThan(record.lastEvent)
            }
          },
        })
        expect(sorted(own.flatMap((one) => one.records))).toEqual(sorted(fed.openOrders()))
      }
    }),
    { numRuns: 80 },
  )
})
