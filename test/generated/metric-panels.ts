/**
 * What is watched: a row for each panel of the dashboards, with the metrics of both runtimes, what is healthy and what
 * to do. The table in docs/operate/monitoring.md and the dashboard of Grafana are made from these rows. Tests compare
 * them with the metrics of the code, with the rules of alerts, and with the dashboard and alarms of infra/.
 */

export interface Query {
  /** PromQL. */
  readonly expr: string
  readonly legend: string
}

export interface Panel {
  /** The same on both dashboards. */
  readonly title: string
  /** One machine: names in `/metrics`. */
  readonly metrics: readonly string[]
  /** AWS: names of our own metrics and of those of the services. */
  readonly aws: readonly string[]
  readonly meaning: string
  readonly healthy: string
  /** Names of prometheus-alerts.yml, which begin with Exchange, and of infra/ without `exchange-`. */
  readonly alarms: readonly string[]
  readonly remedy: string
  /** Absent: on AWS only. */
  readonly queries?: readonly Query[]
  /** Of Grafana. */
  readonly unit?: string
}

const RATE = '[$__rate_interval]'
const rate = (metric: string, by: string): Query => ({
  expr: `sum by (${by}) (rate(${metric}${RATE}))`,
  legend: `{{${by}}}`,
})
const rateOf = (metric: string, legend: string): Query => ({ expr: `sum(rate(${metric}${RATE}))`, legend })
const now = (metric: string, legend: string): Query => ({ expr: metric, legend })
/** Quantiles of a histogram, over all its series or by a label. */
const quantiles = (metric: string, name = '', selector = ''): readonly Query[] =>
  [0.5, 0.99].map((q) => ({
    expr: `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket${selector}${RATE})))`,
    legend: `${name}${name === '' ? '' : ' '}p${q * 100}`,
  }))

export const PANEL_GROUPS: Readonly<Record<string, readonly Panel[]>> = {
  Orders: [
    {
      title: 'Orders by outcome',
      metrics: ['exchange_orders_total', 'exchange_amendments_total'],
      aws: ['ordersIn', 'ordersMatched', 'duplicates'],
      meaning:
        'orders accepted, rejected, filled, canceled and expired. On AWS: commands received, matched, and delivered again',
      healthy: 'follows the market',
      alarms: [],
      remedy: 'A sudden end: see Health. On AWS compare received with matched: the difference is Lag behind the log',
      queries: [rate('exchange_orders_total', 'outcome'), rateOf('exchange_amendments_total', 'amended')],
      unit: 'ops',
    },
    {
      title: 'Trades',
      metrics: ['exchange_trades_total'],
      aws: ['trades'],
      meaning: 'trades, since the beginning of the log',
      healthy: 'follows the market',
      alarms: [],
      remedy: 'Orders without trades: look at the books and the phases of the symbols',
      queries: [rateOf('exchange_trades_total', 'trades')],
      unit: 'ops',
    },
    {
      title: 'Rejects by reason',
      metrics: ['exchange_rejects_total'],
      aws: ['ordersRejected'],
      meaning: 'commands that matching rejected, with the [reason](../reference/commands.md)',
      healthy: 'a small part of the orders',
      alarms: ['ExchangeRejectsMany'],
      remedy: 'Find the reason. `symbol_halted` and `price_outside_band` follow an operator; `book_full` needs cancels',
      queries: [rate('exchange_rejects_total', 'reason')],
      unit: 'ops',
    },
    {
      title: 'Cancels by reason',
      metrics: ['exchange_cancels_total'],
      aws: [],
      meaning: 'orders that left the book without being filled',
      healthy: 'mostly `requested` and `immediate_or_cancel`',
      alarms: [],
      remedy: '`self_trade` in number: tell the account. `level_full`: the price has its maximum of lots',
      queries: [rate('exchange_cancels_total', 'reason')],
      unit: 'ops',
    },
    {
      title: 'Problems by code',
      metrics: ['exchange_problems_total'],
      aws: ['4XXError', '5XXError', 'ordersOverloaded'],
      meaning: 'requests, and orders of a batch, that were answered with a [problem](../reference/http.md)',
      healthy: 'no code of status 500 or 503',
      alarms: ['ExchangeServerErrors', 'api-5xx'],
      remedy:
        '`overloaded`: see Queue depths. `storage_full`: free space. `internal_error`: its request id is in the log',
      queries: [rate('exchange_problems_total', 'code')],
      unit: 'ops',
    },
    {
      title: 'Requests',
      metrics: ['exchange_http_requests_total'],
      aws: ['Count'],
      meaning: 'answered requests; `route` is the template, or `unmatched`',
      healthy: 'follows the clients',
      alarms: [],
      remedy: 'A flood from one address: `--address-limit`, or the firewall on AWS',
      queries: [rate('exchange_http_requests_total', 'route')],
      unit: 'reqps',
    },
    {
      title: 'Open orders',
      metrics: ['exchange_open_orders', 'exchange_memory_use_ratio'],
      aws: [],
      meaning: 'orders that rest in the books, and the used share of the [memory](limits.md#memory) for them',
      healthy: 'share below 0.75; at 1 new ones are refused',
      alarms: ['ExchangeMemoryLow'],
      remedy: 'Add memory, lower `--account-open-orders`, or have accounts cancel orders',
      queries: [now('exchange_open_orders', 'open orders'), now('exchange_memory_use_ratio', 'memory share')],
    },
    {
      title: 'Commands and events',
      metrics: ['exchange_commands_total', 'exchange_events_total'],
      aws: [],
      meaning: 'commands matched and events made, since the beginning of the log',
      healthy: 'follows the orders',
      alarms: [],
      remedy: 'Many events for a command: orders that trade with many others, or a cancel-all',
      queries: [rateOf('exchange_commands_total', 'commands'), rateOf('exchange_events_total', 'events')],
      unit: 'ops',
    },
  ],
  Latency: [
    {
      title: 'Request latency',
      metrics: ['exchange_http_request_duration_seconds', 'exchange_socket_request_duration_seconds'],
      aws: ['Latency'],
      meaning: 'from a request to its answer. For an order this includes the sync of the log',
      healthy: 'p99 of orders below 50 ms; on AWS below 1 s',
      alarms: ['ExchangeOrdersSlow'],
      remedy: 'Compare with Log sync latency (disk), Event loop delay (processor) and Queue depths (load)',
      queries: [
        ...quantiles('exchange_http_request_duration_seconds', 'orders', '{route=~"/orders.*",method!="GET"}'),
        ...quantiles('exchange_socket_request_duration_seconds', 'socket'),
      ],
      unit: 's',
    },
    {
      title: 'Match latency',
      metrics: ['exchange_match_duration_seconds'],
      aws: [],
      meaning: 'time to match the commands of one sync, with all that follows from them in memory',
      healthy: 'p99 below 10 ms',
      alarms: [],
      remedy: 'Few large groups are usual at high load. Otherwise look at Garbage collection, and for other programs',
      queries: quantiles('exchange_match_duration_seconds'),
      unit: 's',
    },
    {
      title: 'Queue depths',
      metrics: ['exchange_commands_in_flight', 'exchange_reads_in_flight', 'exchange_log_waiting_commands'],
      aws: [],
      meaning: 'commands that the core has not answered, questions that a thread has not, commands not on the disk',
      healthy: 'below 10,000; at 200,000 orders get `503 overloaded`',
      alarms: ['ExchangeOverloaded'],
      remedy: 'The disk or the processor is too slow for the load: see Log sync latency and Processor',
      queries: [
        now('exchange_commands_in_flight', 'commands in flight'),
        now('exchange_log_waiting_commands', 'waiting for the log'),
        { expr: 'sum by (thread) (exchange_reads_in_flight)', legend: 'reads {{thread}}' },
      ],
    },
  ],
  Log: [
    {
      title: 'Log sync latency',
      metrics: ['exchange_log_sync_duration_seconds'],
      aws: [],
      meaning: 'time to write a group of commands to the disk and to sync it',
      healthy: 'p99 below 20 ms',
      alarms: ['ExchangeLogSyncSlow'],
      remedy: 'Find what else uses the disk; move the data directory to a faster one',
      queries: quantiles('exchange_log_sync_duration_seconds'),
      unit: 's',
    },
    {
      title: 'Commands per sync',
      metrics: ['exchange_log_sync_commands'],
      aws: ['batchSize'],
      meaning: 'commands that share a sync; on AWS those of a batch',
      healthy: 'near 1 at low load, tens to hundreds at high load',
      alarms: [],
      remedy: 'Thousands: the disk is slow for this load',
      queries: quantiles('exchange_log_sync_commands'),
    },
    {
      title: 'Log growth',
      metrics: ['exchange_log_written_bytes_total', 'exchange_log_waiting_bytes'],
      aws: ['IncomingRecords'],
      meaning: 'bytes that the log grows by, and bytes that wait for it; on AWS records of the streams',
      healthy: 'the disk has room for a week',
      alarms: [],
      remedy:
        'The log is never deleted: add space, or [compress](backup-and-recovery.md#compress-old-segments) old segments',
      queries: [rateOf('exchange_log_written_bytes_total', 'written'), now('exchange_log_waiting_bytes', 'waiting')],
      unit: 'Bps',
    },
    {
      title: 'Lag behind the log',
      metrics: [],
      aws: ['streamLagMs', 'IteratorAge', 'GetRecords.IteratorAgeMilliseconds'],
      meaning: 'age of the commands that are matched. On one machine matching follows each sync at once',
      healthy: 'below 2 s',
      alarms: ['iterator-age', 'iterator-age-severe'],
      remedy: '[Kinesis iterator age high](troubleshooting.md#kinesis-iterator-age-high)',
    },
    {
      title: 'Streams throttled',
      metrics: [],
      aws: ['WriteProvisionedThroughputExceeded', 'ReadProvisionedThroughputExceeded'],
      meaning: 'records that Kinesis refused',
      healthy: '0',
      alarms: ['orders-stream-throttled', 'events-stream-throttled'],
      remedy: 'Add shards',
    },
    {
      title: 'Clock',
      metrics: ['exchange_clock_ahead_seconds', 'exchange_log_ahead_seconds'],
      aws: [],
      meaning: 'how far the clock of the machine is ahead of the exchange, or the log ahead of the clock',
      healthy: '0',
      alarms: ['ExchangeClockWrong'],
      remedy: '[Clocks](clocks.md)',
      queries: [now('exchange_clock_ahead_seconds', 'clock ahead'), now('exchange_log_ahead_seconds', 'log ahead')],
      unit: 's',
    },
  ],
  Store: [
    {
      title: 'Commit latency',
      metrics: ['exchange_commit_duration_seconds'],
      aws: ['commitMs', 'publishMs', 'loadMs'],
      meaning:
        'time to store orders and trades. On AWS: of the cache, of the tables and streams, and of loading a book',
      healthy: 'p99 below 100 ms; on AWS below 1 s',
      alarms: ['redis-unreachable'],
      remedy: 'Orders do not wait for it. If Uncommitted events rises too, the disk is slow',
      queries: quantiles('exchange_commit_duration_seconds'),
      unit: 's',
    },
    {
      title: 'Uncommitted events',
      metrics: ['exchange_uncommitted_events'],
      aws: ['unpublishedEvents'],
      meaning: 'events whose orders and trades are not stored yet',
      healthy: 'below 20,000; above a million new orders are refused',
      alarms: ['ExchangeUncommittedEvents'],
      remedy: 'The store is slow or fails: read the log',
      queries: [now('exchange_uncommitted_events', 'events')],
    },
    {
      title: 'Commit failures',
      metrics: ['exchange_commit_failures_total'],
      aws: ['failedBatches', 'staleCommits'],
      meaning: 'commits that failed and are tried again',
      healthy: '0; a few `staleCommits` after a deployment',
      alarms: ['ExchangeCommitsFail', 'matcher-batches-fail'],
      remedy: 'Free space on the disk. On AWS: the log of the matcher has the reason',
      queries: [rateOf('exchange_commit_failures_total', 'failures')],
      unit: 'ops',
    },
    {
      title: 'Snapshots',
      metrics: [
        'exchange_snapshot_lag_commands',
        'exchange_snapshot_timestamp_seconds',
        'exchange_snapshot_save_duration_seconds',
        'exchange_snapshot_commands',
        'exchange_snapshot_size_bytes',
      ],
      aws: ['checkpoints', 'failedCheckpoints'],
      meaning: 'commands since the newest snapshot, which the next start applies again; time to write one',
      healthy: 'below 500,000 commands, or three times the open orders',
      alarms: ['ExchangeSnapshotOld'],
      remedy: 'Read the log: the disk is full, or the store is behind. Until then the next start takes longer',
      queries: [
        now('exchange_snapshot_lag_commands', 'commands since the snapshot'),
        now('exchange_snapshot_size_bytes', 'bytes of the snapshot'),
        { expr: 'time() - exchange_snapshot_timestamp_seconds', legend: 'age in seconds' },
        ...quantiles('exchange_snapshot_save_duration_seconds', 'seconds to save'),
      ],
    },
    {
      title: 'Recoveries and parked symbols',
      metrics: [],
      aws: ['recoveries', 'symbolsRecovering', 'symbolsParked', 'streamGaps'],
      meaning: 'books that were lost from the cache and rebuilt, symbols that wait, records that were skipped',
      healthy: '0',
      alarms: ['redis-rebuilt', 'symbol-recovering', 'symbol-parked', 'stream-gap'],
      remedy: '[Parked symbols](parked-symbols.md)',
    },
    {
      title: 'Redis faults',
      metrics: [],
      aws: ['cacheFull', 'cacheDenied', 'cacheMoved', 'cacheLost', 'cacheUnreachable'],
      meaning: 'commits and reads that the cache refused, by the reason',
      healthy: '0',
      alarms: ['redis-full', 'redis-denied', 'redis-moved', 'redis-book-lost'],
      remedy: '[Redis Connection Errors](troubleshooting.md#redis-connection-errors)',
    },
    {
      title: 'Redis processor and memory',
      metrics: [],
      aws: ['EngineCPUUtilization', 'CPUUtilization', 'DatabaseMemoryUsagePercentage'],
      meaning: 'load of each node of the cache, in percent',
      healthy: 'processor below 80, memory below 75',
      alarms: ['redis-cpu', 'redis-memory'],
      remedy: 'A larger node: `redis_node_type`',
    },
    {
      title: 'Redis evictions and connections',
      metrics: [],
      aws: ['Evictions', 'CurrConnections'],
      meaning: 'keys that the cache deleted for lack of memory, and clients of the cache',
      healthy: 'no evictions',
      alarms: ['redis-evictions'],
      remedy: 'Set the policy of the parameter group to `noeviction` again',
    },
    {
      title: 'DynamoDB consumed',
      metrics: [],
      aws: ['ConsumedWriteCapacityUnits', 'ConsumedReadCapacityUnits'],
      meaning: 'capacity that the tables used',
      healthy: 'follows the orders',
      alarms: [],
      remedy: '[Cost](cost.md)',
    },
    {
      title: 'DynamoDB throttled',
      metrics: [],
      aws: ['WriteThrottleEvents', 'ReadThrottleEvents'],
      meaning: 'requests that a table refused',
      healthy: '0',
      alarms: ['dynamodb-throttled'],
      remedy: '[DynamoDB throttling](troubleshooting.md#dynamodb-throttling)',
    },
  ],
  'Market data': [
    {
      title: 'WebSocket clients',
      metrics: ['exchange_socket_clients', 'exchange_market_subscriptions', 'exchange_market_topics'],
      aws: ['ConnectCount', 'followers'],
      meaning:
        'connections, subscriptions, and the topics that they follow: a channel of a symbol with its depth or interval',
      healthy: 'steady',
      alarms: [],
      remedy: 'A sudden fall: see Lost clients',
      queries: [
        now('exchange_socket_clients', 'clients'),
        now('exchange_market_subscriptions', 'subscriptions'),
        now('exchange_market_topics', 'topics'),
      ],
    },
    {
      title: 'Messages of clients',
      metrics: [
        'exchange_socket_messages_sent_total',
        'exchange_socket_messages_received_total',
        'exchange_market_messages_total',
      ],
      aws: ['MessageCount', 'messagesPushed'],
      meaning: 'messages to and from clients; messages of market data count once for all their followers',
      healthy: 'follows the market',
      alarms: [],
      remedy: 'On AWS each message costs: fewer topics, or a smaller depth',
      queries: [
        rateOf('exchange_socket_messages_sent_total', 'sent'),
        rateOf('exchange_socket_messages_received_total', 'received'),
        rateOf('exchange_market_messages_total', 'market data'),
      ],
      unit: 'ops',
    },
    {
      title: 'Lost clients',
      metrics: ['exchange_socket_closes_total', 'exchange_socket_refusals_total'],
      aws: ['ClientError', 'IntegrationError', 'ExecutionError', 'connectionsGone', 'pushFailures'],
      meaning:
        'ended connections by [close code](../reference/websocket.md#close-codes) (1006: without one), refused handshakes, messages that were not taken',
      healthy: 'few of 4001 and 4002',
      alarms: [
        'ExchangeSlowClients',
        'pushes-fail',
        'connect-errors',
        'message-errors',
        'disconnect-errors',
        'socket-refuses',
      ],
      remedy: '4001: clients do not read fast enough. Look at their network, or at the load of this machine',
      queries: [
        { expr: `sum by (code) (rate(exchange_socket_closes_total${RATE}))`, legend: 'closed {{code}}' },
        { expr: `sum by (code) (rate(exchange_socket_refusals_total${RATE}))`, legend: 'refused {{code}}' },
      ],
      unit: 'ops',
    },
    {
      title: 'Market data lag',
      metrics: ['exchange_market_lag_bytes', 'exchange_socket_waiting_bytes'],
      aws: ['notifierLagMs', 'IteratorAge'],
      meaning: 'events that the market thread has not read, and bytes that clients have not; on AWS the age of events',
      healthy: 'below 1 MB; on AWS below 1 s',
      alarms: ['notifier-behind', 'notifier-errors'],
      remedy: 'The thread needs more processor time, or fewer topics. Orders do not wait for it',
      queries: [now('exchange_market_lag_bytes', 'market thread'), now('exchange_socket_waiting_bytes', 'clients')],
      unit: 'bytes',
    },
    {
      title: 'Market data work',
      metrics: [
        'exchange_market_tick_seconds_total',
        'exchange_market_tick_max_seconds',
        'exchange_market_restarts_total',
      ],
      aws: ['marketRestarts'],
      meaning:
        'share of time that the market thread makes messages, its longest tick of the last minute, its restarts after a failure',
      healthy: 'share below 0.7; no restarts',
      alarms: ['ExchangeMarketDataFails'],
      remedy: 'Restarts: read the log. Followers begin again with snapshots',
      queries: [
        rateOf('exchange_market_tick_seconds_total', 'share of time'),
        now('exchange_market_tick_max_seconds', 'longest tick'),
        { expr: 'sum(increase(exchange_market_restarts_total[1h]))', legend: 'restarts in an hour' },
      ],
    },
    {
      title: 'Events given up',
      metrics: [],
      aws: ['ApproximateNumberOfMessagesVisible'],
      meaning: 'batches of events that the notifier could not handle',
      healthy: '0',
      alarms: ['notifier-gave-up'],
      remedy: '[Live market data](troubleshooting.md#live-market-data)',
    },
  ],
  Lake: [
    {
      title: 'Lake lag',
      metrics: ['exchange_lake_lag_commands', 'exchange_lake_commands'],
      aws: ['DeliveryToS3.DataFreshness'],
      meaning: 'commands that are matched and not in the data lake; on AWS the delay of the delivery',
      healthy: 'below the commands of a minute; on AWS below 1,000 s',
      alarms: ['ExchangeLakeBehind', 'lake-late-orders', 'lake-late-commands', 'lake-late-trades'],
      remedy: 'The disk is slow or full. Orders do not wait for the lake, and it continues from the log',
      queries: [
        now('exchange_lake_lag_commands', 'commands behind'),
        now('exchange_lake_commands', 'commands in the lake'),
      ],
    },
    {
      title: 'Lake writes',
      metrics: ['exchange_lake_rows_total', 'exchange_lake_files_total', 'exchange_lake_written_bytes_total'],
      aws: ['lakeRows'],
      meaning: 'rows, files and bytes that were written to the lake',
      healthy: 'follows the orders',
      alarms: [],
      remedy: 'Many small files are merged later',
      queries: [
        rateOf('exchange_lake_rows_total', 'rows'),
        rateOf('exchange_lake_files_total', 'files'),
        rateOf('exchange_lake_written_bytes_total', 'bytes'),
      ],
      unit: 'ops',
    },
    {
      title: 'Lake failures',
      metrics: ['exchange_lake_failing'],
      aws: ['FailedConversion.Records', 'lakeRecordsRefused'],
      meaning: '1 while the lake cannot be written; on AWS records that could not be converted, or made no rows',
      healthy: '0',
      alarms: [
        'ExchangeLakeFails',
        'lake-errors',
        'lake-records-refused',
        'lake-unreadable-orders',
        'lake-unreadable-trades',
      ],
      remedy: 'Free space. On AWS: [the lake is late or empty](troubleshooting.md#the-lake-is-late-or-empty)',
      queries: [now('exchange_lake_failing', 'failing')],
    },
    {
      title: 'Given up and dead letters',
      metrics: [],
      aws: ['deadLetters', 'ApproximateNumberOfMessagesVisible'],
      meaning: 'lines of the stream that are no command, and batches that Lambda gave up',
      healthy: '0',
      alarms: ['dead-letters', 'matcher-gave-up'],
      remedy: '`npm run dead-letters`',
    },
  ],
  Process: [
    {
      title: 'Health',
      metrics: ['exchange_core_responding', 'exchange_degraded', 'process_start_time_seconds', 'nodejs_version_info'],
      aws: ['Errors'],
      meaning:
        'whether the core answered within a second (otherwise its metrics are the last known ones), and present faults; on AWS errors of functions',
      healthy: 'responding, no fault',
      alarms: [
        'ExchangeDown',
        'ExchangeCoreNotResponding',
        'ExchangeDegraded',
        'ExchangeRestarted',
        'matcher-errors',
        'ingest-errors',
        'query-errors',
      ],
      remedy:
        '`bidding-exchange status` has the faults with their remedies. A core that does not respond for ten seconds: read the log, look at the disk, restart',
      queries: [
        now('exchange_core_responding', 'responding'),
        { expr: 'exchange_degraded > 0', legend: '{{cause}}' },
        { expr: 'changes(process_start_time_seconds[1h])', legend: 'restarts in an hour' },
      ],
    },
    {
      title: 'Processor',
      metrics: ['process_cpu_seconds_total', 'exchange_event_loop_busy_seconds_total'],
      aws: ['Duration'],
      meaning: 'processors in use by the process, and the busy share of the threads; on AWS the duration of functions',
      healthy: 'each thread below 0.8',
      alarms: ['matcher-slow'],
      remedy: 'The edge is busy: fewer, larger batches. The core is busy: that is the most this machine matches',
      queries: [
        rateOf('process_cpu_seconds_total', 'process'),
        { expr: `sum by (thread) (rate(exchange_event_loop_busy_seconds_total${RATE}))`, legend: '{{thread}}' },
      ],
    },
    {
      title: 'Function concurrency',
      metrics: [],
      aws: ['ConcurrentExecutions', 'Throttles'],
      meaning: 'functions that run at the same time, and calls that Lambda refused',
      healthy: 'no throttles of the matcher',
      alarms: ['matcher-throttles'],
      remedy: 'Ask for a higher quota of concurrent executions',
    },
    {
      title: 'Event loop delay',
      metrics: ['exchange_event_loop_delay_seconds', 'exchange_event_loop_delay_max_seconds'],
      aws: [],
      meaning:
        'how late a timer of 10 ms fires: what every message to the thread waits for. `edge` serves HTTP, `core` matches',
      healthy: 'p99 below 50 ms',
      alarms: ['ExchangeEventLoopDelay'],
      remedy:
        'Snapshots of many open orders delay the core for a moment. Otherwise see Processor and Garbage collection',
      queries: [
        {
          expr: `histogram_quantile(0.99, sum by (le, thread) (rate(exchange_event_loop_delay_seconds_bucket${RATE})))`,
          legend: 'p99 {{thread}}',
        },
        now('exchange_event_loop_delay_max_seconds', 'max {{thread}}'),
      ],
      unit: 's',
    },
    {
      title: 'Garbage collection',
      metrics: ['exchange_gc_duration_seconds'],
      aws: [],
      meaning: 'share of time that a thread collects garbage, by kind',
      healthy: 'below 0.1',
      alarms: [],
      remedy: 'Many major ones: the heap is nearly full, see Memory',
      queries: [
        {
          expr: `sum by (thread, kind) (rate(exchange_gc_duration_seconds_sum${RATE}))`,
          legend: '{{thread}} {{kind}}',
        },
      ],
    },
    {
      title: 'Memory',
      metrics: [
        'process_resident_memory_bytes',
        'exchange_heap_used_bytes',
        'exchange_heap_limit_bytes',
        'exchange_array_bytes',
      ],
      aws: [],
      meaning: 'resident memory of the process; heap, its limit, and arrays outside of it, by thread',
      healthy: 'heaps below 0.7 of their limit',
      alarms: ['ExchangeHeapNearlyFull'],
      remedy: 'Add memory; `--account-open-orders` bounds what accounts use',
      queries: [
        now('process_resident_memory_bytes', 'resident'),
        now('exchange_heap_used_bytes', 'heap {{thread}}'),
        now('exchange_heap_limit_bytes', 'limit {{thread}}'),
        now('exchange_array_bytes', 'arrays {{thread}}'),
      ],
      unit: 'bytes',
    },
    {
      title: 'Descriptors and limits',
      metrics: ['process_open_fds', 'process_max_fds', 'exchange_http_limits_reached_total'],
      aws: [],
      meaning:
        'open files and sockets and their limit; connections closed at a [limit of the server](limits.md#hostile-clients)',
      healthy: 'below 0.8 of the limit',
      alarms: ['ExchangeDescriptorsLow'],
      remedy: 'Raise `ulimit -n`; find the client that opens them',
      queries: [
        now('process_open_fds', 'open'),
        now('process_max_fds', 'limit'),
        rate('exchange_http_limits_reached_total', 'limit'),
      ],
    },
  ],
}

export const PANELS: readonly Panel[] = Object.values(PANEL_GROUPS).flat()
