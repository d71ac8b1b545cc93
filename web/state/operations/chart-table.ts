/**
 * The charts of the operations page: one row for each. To show another metric, add a row. Names of metrics are those
 * of docs/operate/monitoring.md; a test compares them.
 */

import { quantileOf, type Reading, rateOf, ratesBy, type Selector, sumOf, sumsBy } from './metric-math.ts'

export type Unit = 'perSecond' | 'seconds' | 'bytes' | 'bytesPerSecond' | 'count' | 'share'

/** The values of the lines of a chart, by their names. A line without a value has a gap. */
export type Values = readonly (readonly [line: string, value: number | undefined])[]

export interface ChartRow {
  readonly title: string
  readonly unit: Unit
  /** What the chart shows, in one sentence. */
  readonly meaning: string
  /** The metrics that it needs. */
  readonly metrics: readonly string[]
  values(now: Reading, before: Reading): Values
}

export interface ChartGroup {
  readonly title: string
  readonly charts: readonly ChartRow[]
}

const quantiles =
  (metric: string, selects?: Selector): ChartRow['values'] =>
  (now, before) => [
    ['p50', quantileOf(now, before, metric, 0.5, selects)],
    ['p99', quantileOf(now, before, metric, 0.99, selects)],
  ]

const present =
  (...lines: readonly (readonly [line: string, metric: string])[]): ChartRow['values'] =>
  (now) =>
    lines.map(([line, metric]) => [line, sumOf(now, metric)])

const rates =
  (...lines: readonly (readonly [line: string, metric: string])[]): ChartRow['values'] =>
  (now, before) =>
    lines.map(([line, metric]) => [line, rateOf(now, before, metric)])

export const CHART_GROUPS: readonly ChartGroup[] = [
  {
    title: 'Market',
    charts: [
      {
        title: 'Orders by outcome',
        unit: 'perSecond',
        meaning: 'Orders that were accepted, filled, canceled and rejected.',
        metrics: ['exchange_orders_total'],
        values: (now, before) => {
          const by = ratesBy(now, before, 'exchange_orders_total', 'outcome')
          return ['accepted', 'filled', 'canceled', 'rejected'].map((name) => [name, by.get(name)])
        },
      },
      {
        title: 'Trades',
        unit: 'perSecond',
        meaning: 'Trades of all instruments.',
        metrics: ['exchange_trades_total'],
        values: rates(['trades', 'exchange_trades_total']),
      },
      {
        title: 'Rejects and problems',
        unit: 'perSecond',
        meaning: 'Commands that matching rejected, and requests that were answered with a problem.',
        metrics: ['exchange_rejects_total', 'exchange_problems_total'],
        // Their series begin with the first of a kind.
        values: (now, before) => [
          ['rejects', rateOf(now, before, 'exchange_rejects_total') ?? 0],
          ['problems', rateOf(now, before, 'exchange_problems_total') ?? 0],
        ],
      },
      {
        title: 'Open orders',
        unit: 'count',
        meaning: 'Orders that rest in the books.',
        metrics: ['exchange_open_orders'],
        values: present(['open', 'exchange_open_orders']),
      },
    ],
  },
  {
    title: 'Latency',
    charts: [
      {
        title: 'Requests over HTTP',
        unit: 'seconds',
        meaning: 'Time from a request to its answer. An order waits for the log.',
        metrics: ['exchange_http_request_duration_seconds'],
        values: quantiles('exchange_http_request_duration_seconds'),
      },
      {
        title: 'Requests over WebSocket',
        unit: 'seconds',
        meaning: 'Time from a request to its answer. An order waits for the log.',
        metrics: ['exchange_socket_request_duration_seconds'],
        values: quantiles('exchange_socket_request_duration_seconds'),
      },
      {
        title: 'Matching',
        unit: 'seconds',
        meaning: 'Time to match the commands of one sync.',
        metrics: ['exchange_match_duration_seconds'],
        values: quantiles('exchange_match_duration_seconds'),
      },
      {
        title: 'Log sync',
        unit: 'seconds',
        meaning: 'Time to write commands to the disk and to sync it. Each order waits for it.',
        metrics: ['exchange_log_sync_duration_seconds'],
        values: quantiles('exchange_log_sync_duration_seconds'),
      },
    ],
  },
  {
    title: 'Threads and memory',
    charts: [
      {
        title: 'Event loop delay, p99',
        unit: 'seconds',
        meaning: 'How late a timer fires on each thread. Every message to the thread waits as long.',
        metrics: ['exchange_event_loop_delay_seconds'],
        values: (now, before) =>
          threadsOf(now).map((thread) => [
            thread,
            quantileOf(now, before, 'exchange_event_loop_delay_seconds', 0.99, (labels) => labels.thread === thread),
          ]),
      },
      {
        title: 'Busy threads',
        unit: 'share',
        meaning: 'The share of time that each thread works.',
        metrics: ['exchange_event_loop_busy_seconds_total'],
        values: (now, before) => [...ratesBy(now, before, 'exchange_event_loop_busy_seconds_total', 'thread')],
      },
      {
        title: 'Queues',
        unit: 'count',
        meaning:
          'Commands and reads without an answer, commands that wait for the log, events that wait for the store.',
        metrics: [
          'exchange_commands_in_flight',
          'exchange_log_waiting_commands',
          'exchange_uncommitted_events',
          'exchange_reads_in_flight',
        ],
        values: present(
          ['commands', 'exchange_commands_in_flight'],
          ['log', 'exchange_log_waiting_commands'],
          ['store', 'exchange_uncommitted_events'],
          ['reads', 'exchange_reads_in_flight'],
        ),
      },
      {
        title: 'Memory',
        unit: 'bytes',
        meaning: 'Memory of the process, and what its threads use of it.',
        metrics: ['process_resident_memory_bytes', 'exchange_heap_used_bytes', 'exchange_array_bytes'],
        values: present(
          ['resident', 'process_resident_memory_bytes'],
          ['heaps', 'exchange_heap_used_bytes'],
          ['arrays', 'exchange_array_bytes'],
        ),
      },
    ],
  },
  {
    title: 'Log, store and lake',
    charts: [
      {
        title: 'Commands and events',
        unit: 'perSecond',
        meaning: 'Commands that were matched, and the events that followed.',
        metrics: ['exchange_commands_total', 'exchange_events_total'],
        values: rates(['commands', 'exchange_commands_total'], ['events', 'exchange_events_total']),
      },
      {
        title: 'Log growth',
        unit: 'bytesPerSecond',
        meaning: 'Bytes that the order log grows by.',
        metrics: ['exchange_log_written_bytes_total'],
        values: rates(['written', 'exchange_log_written_bytes_total']),
      },
      {
        title: 'Commit',
        unit: 'seconds',
        meaning: 'Time to store orders and trades. Orders do not wait for it.',
        metrics: ['exchange_commit_duration_seconds'],
        values: quantiles('exchange_commit_duration_seconds'),
      },
      {
        title: 'Lake lag',
        unit: 'count',
        meaning: 'Commands that are matched and not in the data lake.',
        metrics: ['exchange_lake_lag_commands'],
        values: present(['commands', 'exchange_lake_lag_commands']),
      },
    ],
  },
  {
    title: 'Market data',
    charts: [
      {
        title: 'WebSocket clients',
        unit: 'count',
        meaning: 'Connected clients.',
        metrics: ['exchange_socket_clients'],
        values: present(['clients', 'exchange_socket_clients']),
      },
      {
        title: 'Messages',
        unit: 'perSecond',
        meaning: 'Messages to clients and from them.',
        metrics: ['exchange_socket_messages_sent_total', 'exchange_socket_messages_received_total'],
        values: rates(
          ['sent', 'exchange_socket_messages_sent_total'],
          ['received', 'exchange_socket_messages_received_total'],
        ),
      },
      {
        title: 'Waiting bytes',
        unit: 'bytes',
        meaning: 'Events that the market thread has not read, and messages that clients have not.',
        metrics: ['exchange_market_lag_bytes', 'exchange_socket_waiting_bytes'],
        values: present(['market thread', 'exchange_market_lag_bytes'], ['clients', 'exchange_socket_waiting_bytes']),
      },
      {
        title: 'Market data work',
        unit: 'share',
        meaning: 'The share of time that the market thread makes messages.',
        metrics: ['exchange_market_tick_seconds_total'],
        values: rates(['market thread', 'exchange_market_tick_seconds_total']),
      },
    ],
  },
]

const threadsOf = (now: Reading): string[] => [
  ...sumsBy(now, 'exchange_event_loop_delay_seconds_count', 'thread').keys(),
]
