import { afterEach, expect, test, vi } from 'vitest'
import { readScreenConfig, screenConfigOf } from './screen-config.ts'

const PAGE = 'http://127.0.0.1:3000/#/operations'
const DEFAULTS = { api: 'http://127.0.0.1:3000', socket: 'ws://127.0.0.1:3000/ws' }

afterEach(() => vi.unstubAllGlobals())

function serve(...answers: (() => Response)[]): { asked: number; failed: number } {
  const counts = { asked: 0, failed: 0 }
  vi.stubGlobal('location', { href: PAGE })
  vi.stubGlobal('fetch', async () => answers[counts.asked++]())
  return counts
}

test('a fault that may pass is asked about again, and not taken for an absent file', async () => {
  const counts = serve(
    () => new Response('', { status: 503 }),
    () => {
      throw new TypeError('network')
    },
    () => new Response('<html>'),
    () => Response.json({ api: 'https://api.x.org' }),
  )
  const { api } = await readScreenConfig(() => counts.failed++, [0])
  expect([api, counts]).toEqual(['https://api.x.org', { asked: 4, failed: 3 }])
})

test('without the file the exchange is where the page came from', async () => {
  const counts = serve(() => new Response('', { status: 404 }))
  expect(await readScreenConfig(() => counts.failed++, [0])).toEqual(DEFAULTS)
  expect(counts.failed).toBe(0)
})

test.each([
  ['nothing', {}, PAGE, 'http://127.0.0.1:3000', 'ws://127.0.0.1:3000/ws'],
  ['no object', 'text', PAGE, 'http://127.0.0.1:3000', 'ws://127.0.0.1:3000/ws'],
  ['wrong types', { api: 3, socket: null }, PAGE, 'http://127.0.0.1:3000', 'ws://127.0.0.1:3000/ws'],
  [
    'a proxy with a prefix',
    { api: '', socket: 'ws' },
    'https://x.org/desk/',
    'https://x.org/desk',
    'wss://x.org/desk/ws',
  ],
  [
    'other hosts',
    { api: 'https://api.x.org/v1/', socket: 'wss://live.x.org/v1' },
    'https://x.org/',
    'https://api.x.org/v1',
    'wss://live.x.org/v1',
  ],
])('%s', (_, content, page, api, socket) => expect(screenConfigOf(content, page)).toEqual({ api, socket }))
