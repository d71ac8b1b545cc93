import { expect, test } from 'vitest'
import { CORE_STATS } from '../../../../test/contracts/sample-core-stats.ts'
import { CoreMeter } from '../../../adapters/embedded/metrics/core-meter.ts'
import type { CoreStats } from '../../../adapters/embedded/threads/core-messages.ts'
import { ExchangeMetrics } from './exchange-metrics.ts'

const QUEUES = { commands: 5, coreReads: 1, readerReads: 2 }
const metricsOf = (latest: CoreStats, answers = true) =>
  new ExchangeMetrics({
    health: { latest, stats: async () => (answers ? latest : undefined) },
    queues: () => QUEUES,
  })

test('has the counters of the core, and requests by route', async () => {
  const troubles = [{ cause: 'clock_ahead', sinceMs: 0, detail: 'an hour' }] as const
  const metrics = metricsOf({ ...CORE_STATS, clockAheadSeconds: 3600.5, troubles })
  metrics.observe('/orders', 'POST', 202, 0.002)
  metrics.observe('/orders', 'POST', 202, 0.2)
  metrics.observeSocket('place', 0.002)
  metrics.observeSocket('place', 0.004, 5)
  metrics.noteProblem('rest', 'price_not_on_tick')
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
  expect(body).toMatch(
    /^exchange_http_request_duration_seconds_bucket\{le="0.0025",route="\/orders",method="POST"\} 1$/m,
  )
  expect(body).toMatch(/^exchange_socket_request_duration_seconds_bucket\{le="0.0025",op="place"\} 1$/m)
  expect(body).toMatch(/^exchange_socket_request_duration_seconds_count\{op="place"\} 6$/m)
  expect(body).toMatch(/^exchange_problems_total\{interface="rest",code="price_not_on_tick"\} 1$/m)
  expect(body).toMatch(/^exchange_core_responding 1$/m)
  expect(body).toMatch(/^exchange_http_limits_reached_total\{limit="pipelined"\} 1$/m)
  expect(body).toMatch(/^exchange_commands_in_flight 5$/m)
  expect(body).toMatch(/^exchange_reads_in_flight\{thread="reader"\} 2$/m)
  expect(body).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('a core that does not answer leaves its last counters, and is shown', async () => {
  const { body } = await metricsOf(CORE_STATS, false).text()
  expect(body).toMatch(/^exchange_core_responding 0$/m)
  expect(body).toMatch(/^exchange_commands_total 7$/m)
})

test('a distribution is a histogram with cumulative buckets', async () => {
  const meter = new CoreMeter()
  for (const [ms, commands] of [
    [0.2, 1],
    [0.3, 7],
    [20_000, 20_000],
  ] as const) {
    meter.synced(ms, commands, 10 * commands)
  }
  const { body } = await metricsOf({ ...CORE_STATS, measured: { ...CORE_STATS.measured, ...meter.counts() } }).text()
  expect(body.match(/^exchange_log_sync_commands.*$/gm)).toEqual([
    ...[1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2].map(
      (count, i) =>
        `exchange_log_sync_commands_bucket{le="${[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000][i]}"} ${count}`,
    ),
    'exchange_log_sync_commands_bucket{le="+Inf"} 3',
    'exchange_log_sync_commands_sum 20008',
    'exchange_log_sync_commands_count 3',
  ])
  expect(body).toMatch(/^exchange_log_sync_duration_seconds_bucket\{le="0.00025"\} 1$/m)
  expect(body).toMatch(/^exchange_log_sync_duration_seconds_sum 20.0005$/m)
  expect(body).toMatch(/^exchange_log_written_bytes_total 200080$/m)
})

test('the data lake is shown once its writer has reported', async () => {
  const metrics = metricsOf(CORE_STATS)
  let stats: Parameters<typeof metrics.watchLake>[0] extends () => infer S ? S : never
  metrics.watchLake(() => stats)
  expect((await metrics.text()).body).not.toMatch(/^exchange_lake_commands \d/m)
  stats = {
    position: '0000000000000123',
    lagCommands: 4,
    rowsWritten: 5,
    filesWritten: 6,
    bytesWritten: 7,
    failing: true,
  }
  const { body } = await metrics.text()
  expect(body).toMatch(/^exchange_lake_commands 123$/m)
  expect(body).toMatch(/^exchange_lake_lag_commands 4$/m)
  expect(body).toMatch(/^exchange_lake_failing 1$/m)
})
