import { expect, test } from 'vitest'
import type { Rejection } from '../protocol/rejection.ts'
import { AddressRate, limitedByAddress, networkOf } from './address-limit.ts'

test('limits the requests of one address in each second', async () => {
  let nowMs = 10_500
  const dialect = {
    render: (result: unknown) => {
      const { code, retryAfterMs } = result as Rejection
      return new Response(code, { status: 429, headers: { 'Retry-After': String(retryAfterMs) } })
    },
  }
  const fetch = limitedByAddress(
    () => new Response('ok'),
    dialect,
    new AddressRate({ perSecond: 2, nowMs: () => nowMs }),
  )
  const send = async (remoteAddress: string) =>
    (await fetch(new Request('http://x/book'), { incoming: { socket: { remoteAddress } as never } })).text()
  expect([await send('10.0.0.1'), await send('10.0.0.1'), await send('10.0.0.1')]).toEqual(['ok', 'ok', 'rate_limited'])
  expect(await send('10.0.0.2')).toBe('ok')
  nowMs = 11_000
  expect(await send('10.0.0.1')).toBe('ok')
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network))
