import { expect, test } from 'vitest'
import { AccessLog, type AnsweredRequest } from './access-log.ts'

const node = { incoming: { socket: { remoteAddress: '192.0.2.7' } } } as never

test('an answered request is a line, without its query', async () => {
  const lines: AnsweredRequest[] = []
  const log = new AccessLog((line) => void lines.push(line))
  const fetch = log.wrap((request) => {
    if (request.headers.has('X-API-Key')) log.noteAccount(request.headers, 'alice')
    return new Response(null, { status: 204, headers: { 'X-Request-Id': 'r-1' } })
  })
  await fetch(new Request('http://x/orders?symbol=BTCUSD', { headers: { 'X-API-Key': 'secret' } }), node)
  await fetch(new Request('http://x/time'), node)
  expect(lines.map(({ ms, ...line }) => line)).toEqual([
    { method: 'GET', path: '/orders', status: 204, requestId: 'r-1', account: 'alice', address: '192.0.2.7' },
    { method: 'GET', path: '/time', status: 204, requestId: 'r-1', address: '192.0.2.7' },
  ])
  expect(JSON.stringify(lines)).not.toContain('secret')
})
