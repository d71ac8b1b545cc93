/** The metrics of the WebSocket and of the thread that makes its market data. */

import type { Distribution } from '../../../adapters/embedded/metrics/distribution.ts'
import type { MarketStats } from '../../../adapters/embedded/threads/market/market-client.ts'
import type { SocketCounts } from '../../../http/socket/socket-counts.ts'
import { counter, gauge, histogram, type ShownMetric } from './shown-metric.ts'

const byCode = (counts: ReadonlyMap<string | number, number>) =>
  Array.from(counts, ([code, count]) => [{ code: String(code) }, count] as const)

export const SOCKET_METRICS: readonly ShownMetric<SocketCounts>[] = [
  gauge('exchange_socket_clients', 'WebSocket connections', ({ connections }) => connections),
  counter('exchange_socket_messages_received_total', 'Messages of WebSocket clients', ({ received }) => received),
  counter('exchange_socket_messages_sent_total', 'Messages to WebSocket clients', ({ sent }) => sent),
  gauge(
    'exchange_socket_waiting_bytes',
    'Bytes that WebSocket clients have not read',
    ({ waitingBytes }) => waitingBytes,
  ),
  counter('exchange_socket_closes_total', 'Ended WebSocket connections, by close code', ({ closedByCode }) =>
    byCode(closedByCode),
  ),
  counter('exchange_socket_refusals_total', 'Refused WebSocket handshakes, by problem', ({ refusedByCode }) =>
    byCode(refusedByCode),
  ),
]

export const REQUEST_METRICS: readonly ShownMetric<ReadonlyMap<string, Distribution>>[] = [
  histogram(
    'exchange_socket_request_duration_seconds',
    'Time from a request of a WebSocket to its answer',
    (secondsByOperation) => Array.from(secondsByOperation, ([op, seconds]) => [{ op }, seconds.counts()] as const),
  ),
]

export const MARKET_METRICS: readonly ShownMetric<MarketStats>[] = [
  gauge('exchange_market_topics', 'Topics of market data that are followed', ({ topics }) => topics),
  gauge('exchange_market_subscriptions', 'Subscriptions of WebSocket clients', ({ followers }) => followers),
  counter(
    'exchange_market_messages_total',
    'Messages of market data, each for all its followers',
    ({ messages }) => messages,
  ),
  counter(
    'exchange_market_tick_seconds_total',
    'Time that the market thread took for messages',
    ({ tickMs }) => tickMs / 1_000,
  ),
  gauge(
    'exchange_market_tick_max_seconds',
    'The longest tick of the last minute',
    ({ tickMsMax }) => tickMsMax / 1_000,
  ),
  counter(
    'exchange_market_restarts_total',
    'Restarts of the market thread after a failure',
    ({ restarts }) => restarts,
  ),
]
