import { expect, test, vi } from 'vitest'
import { callRest } from './rest.ts'

const API = 'http://exchange'
const ANSWERS: Readonly<Record<string, [status: number, body: string, retryAfter?: string]>> = {
  '/list': [200, '{"rows":[1]}'],
  '/empty': [204, ''],
  '/text': [200, 'plain'],
  '/problem': [422, '{"code":"price_not_on_tick","status":422,"detail":"No.","field":"price"}'],
  '/later': [429, '{"code":"rate_limited","status":429}', '2'],
  '/proxy': [502, '<html>'],
  '/elsewhere': [200, '{}'],
}
const seen: (string | null)[] = []

async function answer(url: string, { headers, redirect }: RequestInit): Promise<Response> {
  if (url.startsWith('http://nobody')) throw new TypeError('fetch failed')
  seen.push(new Headers(headers).get('x-api-key'))
  if (url.endsWith('/elsewhere') && redirect === 'error') throw new TypeError('redirected')
  const [status, body, retryAfter] = ANSWERS[url.slice(API.length)]
  const found = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
  return new Response(body === '' ? null : body, { status, headers: found })
}
vi.stubGlobal('fetch', answer)
const get = (path: string, key?: string) => callRest({ api: API, key }, 'GET', path)

test('returns JSON, text or nothing, and sends the key only if there is one', async () => {
  expect(await get('/list', 'secret')).toEqual({ rows: [1] })
  expect(await get('/text')).toBe('plain')
  expect(await get('/empty')).toBeUndefined()
  expect(seen).toEqual(['secret', null, null])
})

test('a redirection is not followed, because the key would go with it', async () => {
  await expect(get('/elsewhere', 'secret')).rejects.toMatchObject({ name: 'ConnectionLost' })
})

test('a problem, a proxy that answers with a page, and no answer are errors of the client', async () => {
  await expect(get('/problem')).rejects.toMatchObject({ code: 'price_not_on_tick', status: 422, field: 'price' })
  await expect(get('/later')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 2_000 })
  await expect(get('/proxy')).rejects.toMatchObject({ name: 'ExchangeProblem', code: 'http_502', status: 502 })
  const nobody = callRest({ api: 'http://nobody', key: undefined }, 'GET', '/')
  await expect(nobody).rejects.toMatchObject({ name: 'ConnectionLost' })
})
