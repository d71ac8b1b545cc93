/** The metrics of the WebSocket and of the thread that makes its market data. */

import { Counter, Gauge, type Registry } from 'prom-client'
import type { MarketClient, MarketStats } from '../../adapters/embedded/threads/market/market-client.ts'
import type { SocketCounts } from '../../http/socket/socket-counts.ts'

/** Names that end in _total are counters. */
const COUNTS: readonly (readonly [(counts: SocketCounts) => number, string, string])[] = [
  [({ connections }) => connections, 'exchange_socket_clients', 'WebSocket connections'],
  [({ received }) => received, 'exchange_socket_messages_received_total', 'Messages of WebSocket clients'],
  [({ sent }) => sent, 'exchange_socket_messages_sent_total', 'Messages to WebSocket clients'],
  [({ waitingBytes }) => waitingBytes, 'exchange_socket_waiting_bytes', 'Bytes that WebSocket clients have not read'],
]

const MARKET: readonly (readonly [(stats: MarketStats) => number, string, string])[] = [
  [({ topics }) => topics, 'exchange_market_topics', 'Topics of market data that are followed'],
  [({ followers }) => followers, 'exchange_market_subscriptions', 'Subscriptions of WebSocket clients'],
  [({ messages }) => messages, 'exchange_market_messages_total', 'Messages of market data, each for all its followers'],
  [
    ({ tickMs }) => tickMs / 1000,
    'exchange_market_tick_seconds_total',
    'Time that the market thread took for messages',
  ],
  [({ tickMsMax }) => tickMsMax / 1000, 'exchange_market_tick_seconds_max', 'Longest tick since the last scrape'],
  [({ restarts }) => restarts, 'exchange_market_restarts_total', 'Restarts of the market thread after a failure'],
]

export function addSocketMetrics(registry: Registry, counts: SocketCounts, market: Pick<MarketClient, 'stats'>): void {
  const registers = [registry]
  /** The gauge with the longest tick resets it, so all of a scrape come from one look. */
  let stats = market.stats()
  const add = (name: string, help: string, value: () => number): void => {
    const collect = function (this: Counter | Gauge): void {
      this.reset()
      this.inc(value())
    }
    if (name.endsWith('_total')) new Counter({ name, help, registers, collect })
    else new Gauge({ name, help, registers, collect })
  }
  for (const [value, name, help] of COUNTS) add(name, help, () => value(counts))
  for (const [i, [value, name, help]] of MARKET.entries()) {
    add(name, help, () => {
      if (i === 0) stats = market.stats()
      return value(stats)
    })
  }
  const byLabel = (name: string, help: string, label: string, values: ReadonlyMap<string | number, number>): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset()
        for (const [key, count] of values) this.inc({ [label]: String(key) }, count)
      },
    })
  }
  byLabel('exchange_socket_closes_total', 'Ended WebSocket connections', 'code', counts.closedByCode)
  byLabel('exchange_socket_refusals_total', 'Refused WebSocket handshakes', 'code', counts.refusedByCode)
}
