/** Order entry against emulators: what is written before what, and what a sender may repeat. */

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import {
  client,
  directory,
  entry,
  listed,
  marked,
  orders,
  ordersTable,
  publisher,
  stream,
} from '../../../test/aws/order-entry-on-dynamo.ts'
import { listedInstrument, listedInstruments, orderRecord, placeOrder } from '../../../test/contracts/sample-records.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { lots } from '../../protocol/units.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'
import { TABLES } from './resources.ts'

describe('an order', () => {
  test('can be read and is listed once it is accepted', async () => {
    expect(await entry.submit([placeOrder('a')])).toMatchObject([{ kind: 'accepted' }])
    expect(await orders.get('ann', 'a')).toMatchObject({ status: 'PENDING', lastEvent: 0 })
    expect(await listed()).toEqual(['a'])
  })

  test('carries the trace it belongs to', async () => {
    await entry.submit([placeOrder('a')])
    expect(JSON.parse(stream.appended[0].lines[0])).toMatchObject({ orderId: 'a', traceId: '1-trace' })
  })

  test('whose stream write failed can be sent again, and goes into the stream marked', async () => {
    stream.failures = ['before']
    await expect(entry.submit([placeOrder('a')])).rejects.toThrow(OperationalFailure)
    expect(await entry.submit([placeOrder('a')])).toMatchObject([{ kind: 'repeated', order: { status: 'PENDING' } }])
    expect(stream.appended.map(({ lines }) => JSON.parse(lines[0]))).toMatchObject([{ orderId: 'a', again: true }])
    expect(await listed()).toEqual(['a'])
  })

  test('that was matched does not go into the stream again', async () => {
    await entry.submit([placeOrder('a')])
    await publish(orderRecord('a', 3))
    expect(await entry.submit([placeOrder('a')])).toMatchObject([{ kind: 'repeated', order: { status: 'NEW' } }])
    expect(stream.appended).toHaveLength(1)
  })

  test('of a used id but another content is a conflict', async () => {
    await entry.submit([placeOrder('a')])
    expect(await entry.submit([placeOrder('a', { quantity: lots(99) })])).toEqual([{ kind: 'conflict' }])
    expect(stream.appended).toHaveLength(1)
  })

  test('whose row has expired leaves its id to a new order, which is listed once', async () => {
    await entry.submit([placeOrder('a')])
    await publish({ ...orderRecord('a', 3), status: 'FILLED', filled: lots(10) })
    expect(await entry.submit([placeOrder('a')])).toMatchObject([{ kind: 'repeated', order: { status: 'FILLED' } }])
    const key = { [TABLES.orders.partitionKey.name]: { S: 'ann/a' } }
    await client.send(new DeleteItemCommand({ TableName: ordersTable(), Key: key }))
    expect(await entry.submit([placeOrder('a')])).toMatchObject([{ kind: 'accepted' }])
    expect(await listed()).toEqual(['a'])
  })

  test('of another account may have the same id', async () => {
    await entry.submit([placeOrder('a')])
    expect(await entry.submit([placeOrder('a', { account: 'bob' })])).toMatchObject([{ kind: 'accepted' }])
  })
})

describe('a batch', () => {
  test('is one append for each symbol, in its order', async () => {
    const batch = ['a', 'b', 'c', 'd'].map((id, i) => placeOrder(id, { symbol: i % 2 === 0 ? 'BTCUSD' : 'ETHUSD' }))
    await entry.submit(batch)
    const ids = stream.appended.map(({ key, lines }) => [key, lines.map((line) => JSON.parse(line).orderId)])
    expect(Object.fromEntries(ids)).toEqual({ BTCUSD: ['a', 'c'], ETHUSD: ['b', 'd'] })
    expect(await listed()).toEqual(['d', 'c', 'b', 'a'])
  })

  test('tells the second order of an id from the first', async () => {
    const receipts = await entry.submit([placeOrder('a'), placeOrder('a'), placeOrder('a', { quantity: lots(99) })])
    expect(receipts.map(({ kind }) => kind)).toEqual(['accepted', 'repeated', 'conflict'])
    expect(stream.appended[0].lines).toHaveLength(1)
  })

  test('of which one symbol failed says so for its orders, and can be sent again as a whole', async () => {
    const batch = [placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' }), placeOrder('c'), placeOrder('a')]
    stream.failures = ['before']
    expect(await entry.submit(batch, 60)).toMatchObject([
      { kind: 'failed', code: 'unavailable', retryable: true },
      { kind: 'accepted' },
      { kind: 'failed' },
      { kind: 'failed' },
    ])
    expect((await entry.submit(batch)).map(({ kind }) => kind)).toEqual(Array(4).fill('repeated'))
    const again = stream.appended.flatMap(({ lines }) => lines.map((line) => JSON.parse(line)))
    expect(again.map((line) => [line.orderId, line.again])).toEqual([
      ['b', undefined],
      ['a', true],
      ['c', true],
      ['b', true],
    ])
  })

  test('of which one record could not be written says so for that order, and those after it are not tried', async () => {
    const enter = orders.enter.bind(orders)
    let entered = 0
    orders.enter = async (order, listKey) => {
      entered++
      if (order.orderId === 'b') throw new OperationalFailure('overloaded', 'busy', { retryable: true })
      return enter(order, listKey)
    }
    const more = Array.from({ length: 200 }, (_, i) => placeOrder(`m${i}`))
    const receipts = await entry.submit([placeOrder('a'), placeOrder('b'), ...more])
    expect(receipts.slice(0, 2)).toMatchObject([{ kind: 'accepted' }, { kind: 'failed', code: 'overloaded' }])
    expect(entered).toBeLessThan(100)
    const accepted = receipts.filter(({ kind }) => kind === 'accepted')
    expect(stream.appended.flatMap(({ lines }) => lines)).toHaveLength(accepted.length)
    expect(accepted.length + receipts.filter(({ kind }) => kind === 'failed').length).toBe(202)
  })

  test('of which nothing could be written fails as a whole', async () => {
    stream.failures = ['before', 'before']
    const batch = [placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' })]
    await expect(entry.submit(batch)).rejects.toThrow(OperationalFailure)
  })
})

describe('a put that may have been done', () => {
  test('is made again with orders marked', async () => {
    await entry.submit([placeOrder('a')])
    const again = marked(stream.appended[0]) ?? []
    expect(JSON.parse(again[0])).toMatchObject({ orderId: 'a', again: true })
    expect(stream.appended[0].options.again?.(again)).toEqual(again)
  })

  test.each([
    { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' },
    { kind: 'CancelAllOrders', symbol: 'BTCUSD', account: 'ann' },
    { kind: 'AmendOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a', quantity: lots(5) },
    { kind: 'ChangePhase', symbol: 'BTCUSD', phase: 'HALTED' },
  ] as const)('is not made again with $kind', async (command) => {
    await entry.submit([command])
    expect(marked(stream.appended[0])).toBeUndefined()
  })
})

describe('a command to many symbols', () => {
  const CLOSED = { symbol: 'OLD', base: 'A', quote: 'B', tickSize: '1', lotSize: '1' }
  const linesBySymbol = () =>
    Object.fromEntries(stream.appended.map(({ key, lines }) => [key, lines.map((line) => JSON.parse(line))]))

  test('of an account goes to each symbol that is not closed', async () => {
    directory.set('OLD', listedInstrument(CLOSED, { closed: true }))
    const [receipt] = await entry.submit([{ kind: 'CancelAllOrders', account: 'ann', requestId: 'r' }], 50)
    expect(receipt).toMatchObject({ kind: 'accepted' })
    const lines = linesBySymbol()
    expect(Object.keys(lines).sort()).toEqual(['BTCUSD', 'ENERGY-DE', 'ETHUSD'])
    const command = { kind: 'CancelAllOrders', account: 'ann', requestId: 'r', symbol: 'ETHUSD' }
    expect(lines.ETHUSD).toMatchObject([command])
  })

  test('of the venue goes to each symbol, closed ones too', async () => {
    for (const each of [...directory.values()]) directory.set(each.symbol, { ...each, rules: 1 })
    directory.set('OLD', listedInstrument(CLOSED, { closed: true, rules: 1 }))
    directory.set('NEW', listedInstrument({ ...CLOSED, symbol: 'NEW' }, { rules: 2 }))
    await entry.submit([{ kind: 'AdoptRules', rules: 2, operator: 'root' }])
    const lines = linesBySymbol()
    // NEW follows them already.
    expect(Object.keys(lines).sort()).toEqual(['BTCUSD', 'ENERGY-DE', 'ETHUSD', 'OLD'])
    expect(lines.OLD).toMatchObject([{ kind: 'AdoptRules', symbol: 'OLD', rules: 2, operator: 'root' }])
  })

  test('of which one could not be written is refused as a whole', async () => {
    stream.failures = ['before']
    await expect(entry.submit([{ kind: 'CancelAllOrders', account: 'ann' }])).rejects.toThrow(OperationalFailure)
  })
})

describe('a definition', () => {
  const define = {
    kind: 'DefineInstrument',
    symbol: 'NEW',
    base: 'A',
    quote: 'B',
    tickSize: '1',
    lotSize: '1',
    operator: 'root',
  } as const
  const written = () => stream.appended.map(({ key, lines }) => [key, lines.map((line) => JSON.parse(line))])

  test('of a new symbol and the rules of the exchange are one record', async () => {
    await entry.submit([define])
    expect(written()).toMatchObject([
      ['NEW', [define, { kind: 'AdoptRules', symbol: 'NEW', rules: RULES_NEWEST, operator: 'root' }]],
    ])
  })

  test('on a new exchange brings the newest rules', async () => {
    directory.clear()
    await entry.submit([define])
    expect(written()).toMatchObject([['NEW', [define, { kind: 'AdoptRules', rules: RULES_NEWEST }]]])
  })

  test('where every symbol follows the rules before brings none', async () => {
    for (const each of [...directory.values()]) directory.set(each.symbol, { ...each, rules: 1 })
    await entry.submit([define])
    expect(written()).toMatchObject([['NEW', [define]]])
    expect(stream.appended[0].lines).toHaveLength(1)
  })

  test('of a symbol that is listed keeps its rules', async () => {
    directory.set('NEW', listedInstrument({ ...define }, { closed: true, rules: 1 }))
    await entry.submit([define])
    expect(stream.appended[0].lines).toHaveLength(1)
  })

  test('is in the order of its symbol, before what follows in the same call', async () => {
    await entry.submit([define, { kind: 'ChangePhase', symbol: 'NEW', phase: 'HALTED' }])
    expect(written()).toMatchObject([['NEW', [define, { kind: 'AdoptRules' }, { kind: 'ChangePhase' }]]])
  })
})

describe('waiting', () => {
  test('ends with the order as it was published', async () => {
    const submitted = entry.submit([placeOrder('a')], 5_000)
    setTimeout(() => void publish(orderRecord('a', 3)), 60)
    expect(await submitted).toMatchObject([{ kind: 'accepted', outcome: { order: { status: 'NEW', lastEvent: 3 } } }])
  })

  test('ends without an outcome when the time is over', async () => {
    const [receipt] = await entry.submit([placeOrder('a')], 50)
    expect(receipt.kind === 'accepted' && receipt.outcome).toBeUndefined()
  })

  test('tells a cancel that came too late', async () => {
    await entry.submit([placeOrder('a')])
    const cancel = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' } as const
    const submitted = entry.submit([cancel], 5_000)
    setTimeout(() => void publish({ ...orderRecord('a', 3), status: 'FILLED', filled: lots(10) }, '2'), 30)
    expect(await submitted).toMatchObject([{ outcome: { rejection: 'order_not_open', order: { status: 'FILLED' } } }])
  })

  test.each<Command>([
    { kind: 'ChangePhase', symbol: 'BTCUSD', phase: 'HALTED' },
    { kind: 'CancelAllOrders', symbol: 'BTCUSD', account: 'ann' },
    { kind: 'AdoptRules', rules: RULES_NEWEST },
  ])('ends at once for a command whose outcome no table shows: %j', async (command) => {
    const startedMs = performance.now()
    const [receipt] = await entry.submit([command], 5_000)
    expect(receipt).toMatchObject({ kind: 'accepted' })
    expect(receipt).not.toHaveProperty('outcome')
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })

  test('does not guess why an amendment is not there', async () => {
    await entry.submit([placeOrder('a')])
    const amend = { kind: 'AmendOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a', quantity: lots(5) } as const
    const submitted = entry.submit([amend], 5_000)
    setTimeout(() => void publish(orderRecord('a', 3), '2'), 30)
    const [receipt] = await submitted
    expect(receipt.kind === 'accepted' && receipt.outcome).toBeUndefined()
  })
})

async function publish(order: ReturnType<typeof orderRecord>, position = '1'): Promise<void> {
  const mark = { position: position.padStart(64, '0'), eventNumber: 1, tradeNumber: 0 }
  const instrument = listedInstruments().get('BTCUSD')
  const schedule = { recordAtMs: 1_000 }
  await publisher.publish({ symbol: 'BTCUSD', instrument, orders: [order], events: undefined, mark, schedule })
}
