/** The open orders of followed accounts have a limit, and the other accounts go on. */

import { expect, test } from 'vitest'
import type { Page } from '../../src/ports/order-reader.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import { FollowedAccounts } from '../../src/websocket/topics/followed-accounts.ts'
import { feedOf } from '../contracts/sample-feed.ts'
import { orderRecord } from '../contracts/sample-records.ts'

function opened(max: number, openOf: Readonly<Record<string, number>>) {
  const ready: string[] = []
  const failed: number[] = []
  const exchange = {
    turnFeed: () => {},
    depth: () => {},
    openOrders: (account: string, _: string | undefined, onAnswer: (page: Page<OrderRecord>) => void) =>
      onAnswer({
        rows: Array.from({ length: openOf[account] }, (_, i) => orderRecord(`${account}-${i}`, i + 1, { account })),
      }),
  }
  const accounts = new FollowedAccounts(
    exchange,
    () => ready.push('ready'),
    (id) => failed.push(id),
    max,
  )
  let number = 100
  const accept = (account: string): void => {
    const batch = feedOf([
      {
        kind: 'OrderAccepted',
        symbol: 'BTCUSD',
        number: ++number,
        account,
        orderId: `n-${number}`,
        handle: number,
        price: 100,
        quantity: 1,
      },
    ])
    for (const event = new EventFeedReader(batch as Uint8Array); event.next(); ) accounts.take(event)
  }
  return { accounts, ready, failed, accept }
}

test('an account that would exceed the limit cannot begin until another has ended', () => {
  const { accounts, ready, failed } = opened(5, { ann: 3, bob: 3 })
  accounts.follow(1, 'ann')
  accounts.follow(2, 'bob')
  expect([ready.length, failed]).toEqual([1, [2]])
  accounts.unfollow(1)
  accounts.follow(3, 'bob')
  expect([ready.length, failed]).toEqual([2, [2]])
})

test('an account whose new orders exceed the limit ends, and makes room for the others', () => {
  const { accounts, failed, accept } = opened(5, { ann: 2, bob: 2 })
  accounts.follow(1, 'ann')
  accounts.follow(2, 'bob')
  accept('ann')
  accept('ann')
  expect(failed).toEqual([1])
  for (let i = 0; i < 3; i++) accept('bob')
  expect(failed).toEqual([1])
  accept('bob')
  expect(failed).toEqual([1, 2])
})
