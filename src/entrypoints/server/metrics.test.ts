import { expect, test } from 'vitest'
import { CORE_STATS } from '../../../test/contracts/sample-core-stats.ts'
import { ExchangeMetrics } from './metrics.ts'

test('has the counters of the core, and requests by route', async () => {
  const troubles = [{ cause: 'clock_ahead', sinceMs: 0, detail: 'an hour' }] as const
  const core = { ...CORE_STATS, clockAheadSeconds: 3600.5, troubles }
  const metrics = new ExchangeMetrics({ latest: core, stats: async () => core })
  metrics.observe('/orders', 'POST', 202, 0.002)
  metrics.observe('/orders', 'POST', 202, 0.2)
  metrics.noteLimit('pipelined')
  const { contentType, body } = await metrics.text()
  expect(contentType).toContain('text/plain')
  expect(body).toMatch(/^exchange_commands_total 7$/m)
  expect(body).toMatch(/^exchange_open_orders 3$/m)
  expect(body).toMatch(/^exchange_memory_use_ratio 0.25$/m)
  expect(body).toMatch(/^exchange_clock_ahead_seconds 3600\.5$/m)
  expect(body).toMatch(/^exchange_degraded\{cause="clock_ahead"\} 1$/m)
  expect(body).toMatch(/^exchange_degraded\{cause="store_failing"\} 0$/m)
  expect(body).toMatch(/^exchange_http_requests_total\{route="\/orders",method="POST",status="202"\} 2$/m)
  expect(body).toMatch(/^exchange_http_request_seconds_bucket\{le="0.0025",route="\/orders",method="POST"\} 1$/m)
  expect(body).toMatch(/^exchange_core_responding 1$/m)
  expect(body).toMatch(/^exchange_http_limits_reached_total\{limit="pipelined"\} 1$/m)
  expect(body).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('a core that does not answer leaves its last counters, and is shown', async () => {
  const { body } = await new ExchangeMetrics({ latest: CORE_STATS, stats: async () => undefined }).text()
  expect(body).toMatch(/^exchange_core_responding 0$/m)
  expect(body).toMatch(/^exchange_commands_total 7$/m)
})
