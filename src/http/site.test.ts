import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { withSite } from './site.ts'
import { acceptsGzip, SiteFile } from './site-file.ts'

const TEXT = 'body { color: red } '.repeat(20)
const bytes = (text: string) => new TextEncoder().encode(text)
const style = new SiteFile(bytes(TEXT), { contentType: 'text/css', cacheControl: 'no-cache', isText: true })
const icon = new SiteFile(bytes('icon'), { contentType: 'image/png', cacheControl: 'no-cache', isText: false })
const seen: unknown[] = []
const fetch = withSite(
  () => new Response('api'),
  new Map([
    ['/', style],
    ['/assets/icon.png', icon],
  ]),
  (...observed) => seen.push(observed.slice(0, 3)),
)
const ask = (path: string, headers = {}, method = 'GET') =>
  fetch(new Request(`http://host${path}`, { method, headers })) as Response

test('answers its own paths, whatever the query is, and leaves the others to the API', async () => {
  seen.length = 0
  expect(await ask('/').text()).toBe(TEXT)
  expect(await ask('/?a=/b').text()).toBe(TEXT)
  expect(await ask('/assets/icon.png').text()).toBe('icon')
  for (const path of ['/orders', '//', '/assets/', '/assets/%69con.png', '/assets/../']) {
    expect(await ask(path).text()).toBe(path === '/assets/../' ? TEXT : 'api')
  }
  expect(await ask('/', {}, 'POST').text()).toBe('api')
  expect(seen.slice(0, 3)).toEqual([
    ['/', 'GET', 200],
    ['/', 'GET', 200],
    ['/assets/icon.png', 'GET', 200],
  ])
})

test('compresses text for those who accept it, with an ETag of its own', async () => {
  const plain = ask('/')
  const zipped = ask('/', { 'accept-encoding': 'deflate, gzip' })
  expect([plain.headers.get('content-encoding'), zipped.headers.get('content-encoding')]).toEqual([null, 'gzip'])
  expect(zipped.headers.get('vary')).toBe('Accept-Encoding')
  expect(gunzipSync(await zipped.arrayBuffer()).toString()).toBe(TEXT)
  expect(plain.headers.get('etag')).not.toBe(zipped.headers.get('etag'))
  expect(ask('/assets/icon.png', { 'accept-encoding': 'gzip' }).headers.get('content-encoding')).toBeNull()
})

test('a client that has the file gets 304, and HEAD gets no body', async () => {
  const etag = ask('/').headers.get('etag') as string
  const known = ask('/', { 'if-none-match': `"other", ${etag}` })
  expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag])
  expect(ask('/', { 'if-none-match': '"other"' }).status).toBe(200)
  const head = ask('/', {}, 'HEAD')
  expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', String(TEXT.length)])
})

test.each([
  ['gzip', true],
  ['br, GZIP;q=0.5', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0', false],
  ['br', false],
  ['notgzip', false],
  [null, false],
])('Accept-Encoding %s: %s', (header, accepted) => expect(acceptsGzip(header)).toBe(accepted))
