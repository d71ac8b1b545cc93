import { expect, test } from 'vitest'
import { allowingOrigins } from '../../src/http/cross-origin.ts'
import { clientOf } from './client.ts'

const { app } = clientOf()
const ours = 'https://trade.example'
const asked = (origins: string[], method: string, path: string, headers: Record<string, string>) =>
  allowingOrigins(
    (request: Request) => app.fetch(request),
    new Set(origins),
  )(new Request(`http://127.0.0.1${path}`, { method, headers }))

test('an allowed origin may read the answer and its headers, also of a problem', async () => {
  for (const path of ['/book/BTCUSD', '/book/NONE', '/nothing']) {
    const { headers } = await asked([ours], 'GET', path, { origin: ours })
    expect(headers.get('access-control-allow-origin')).toBe(ours)
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id')
    expect([headers.get('access-control-allow-credentials'), headers.get('vary')]).toEqual([null, 'Origin'])
  }
})

test('a preflight request is answered with the methods and headers of the API', async () => {
  const headers = { origin: ours, 'access-control-request-method': 'POST' }
  const response = await asked([ours], 'OPTIONS', '/orders', headers)
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-methods')).toContain('PATCH')
  expect(response.headers.get('access-control-allow-headers')).toContain('X-API-Key')
  expect(response.headers.get('access-control-max-age')).toBe('600')
})

test.each([
  'https://other.example',
  'https://trade.example:8443',
  'http://trade.example',
  'null',
  'https://trade.example.evil',
])('the origin %s gets no header', async (origin) => {
  const headers = { origin, 'access-control-request-method': 'POST' }
  for (const method of ['GET', 'OPTIONS']) {
    const response = await asked([ours], method, '/book/BTCUSD', headers)
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

test('* allows every origin', async () => {
  const { headers } = await asked(['*'], 'GET', '/time', { origin: 'https://any.example' })
  expect([headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual(['*', null])
})
