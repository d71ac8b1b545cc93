import { expect, test } from 'vitest'
import { screenConfigOf } from './screen-config.ts'

const PAGE = 'http://127.0.0.1:3000/#/operations'

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
