import { expect, test } from 'vitest'
import { servedTo } from './allowed-origins.ts'

const headerFor = async (list: string | undefined, origin: string) => {
  const served = servedTo(list, () => new Response('a book'))
  const response = await served(new Request('https://api.example/book/BTCUSD', { headers: { origin } }))
  return response.headers.get('access-control-allow-origin')
}

test.each([
  [undefined, null],
  ['', null],
  ['https://a.example', null],
  ['https://a.example,https://b.example', 'https://b.example'],
  ['*', '*'],
])('with ALLOW_ORIGIN %j the header is %j', async (list, header) => {
  expect(await headerFor(list, 'https://b.example')).toBe(header)
})
