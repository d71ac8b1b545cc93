import { expect, test } from 'vitest'
import { Rejection } from '../protocol/rejection.ts'
import { onlyOwnHost } from './own-host.ts'

const dialect = {
  render: (result: unknown) => Response.json(result, { status: result instanceof Rejection ? 421 : 200 }),
}
const guarded = onlyOwnHost(() => new Response('served'), dialect)
const asked = (host: string) => guarded(new Request('http://127.0.0.1/orders', { headers: { host } }))

test.each([
  'localhost',
  'localhost:3000',
  '127.0.0.1:3000',
  '127.1.2.3',
  '[::1]:8080',
  'LOCALHOST',
  'api.localhost:1',
  'laptop:3000',
])('accepts the host %s', async (host) => expect(await (await asked(host)).text()).toBe('served'))

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1:3000', 'localhost@evil', ''])(
  'rejects the host %j',
  async (host) => {
    const response = await asked(host)
    expect(response.status).toBe(421)
    expect(await response.json()).toMatchObject({ code: 'misdirected_request', field: 'Host' })
  },
)
