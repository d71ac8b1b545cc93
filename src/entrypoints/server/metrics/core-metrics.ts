/** The metrics of the core thread: orders and trades, the order log, matching, the store, snapshots and lag. */

import { ORDER_OUTCOMES, REJECTED_COMMANDS } from '../../../adapters/embedded/metrics/event-counts.ts'
import type { CoreStats } from '../../../adapters/embedded/threads/core-messages.ts'
import { TROUBLE_CAUSES } from '../../../ports/trouble.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../../../protocol/reasons.ts'
import { byLabel, counter, gauge, histogram, type ShownMetric } from './shown-metric.ts'

export const CORE_METRICS: readonly ShownMetric<CoreStats>[] = [
  counter('exchange_commands_total', 'Commands matched since the beginning of the log', (core) => core.commands),
  counter('exchange_events_total', 'Events since the beginning of the log', (core) => core.events),
  counter('exchange_trades_total', 'Trades since the beginning of the log', (core) => core.trades),
  counter('exchange_orders_total', 'Orders by what happened to them, since the start', ({ measured }) =>
    byLabel('outcome', ORDER_OUTCOMES, measured.events.orders),
  ),
  counter(
    'exchange_amendments_total',
    'Orders that were amended, since the start',
    ({ measured }) => measured.events.amendments,
  ),
  counter(
    'exchange_cancels_total',
    'Orders that were canceled or expired, by reason, since the start',
    ({ measured }) => byLabel('reason', CANCEL_REASONS, measured.events.cancels),
  ),
  counter('exchange_rejects_total', 'Commands that matching rejected, by reason, since the start', ({ measured }) =>
    rejectsOf(measured.events.rejects),
  ),
  gauge('exchange_open_orders', 'Orders that rest in the books', (core) => core.openOrders),

  histogram(
    'exchange_match_duration_seconds',
    'Time to match the commands of one sync of the log',
    ({ measured }) => measured.match,
  ),
  histogram(
    'exchange_log_sync_duration_seconds',
    'Time to write a group of commands to the log and to sync it',
    ({ measured }) => measured.sync,
  ),
  histogram('exchange_log_sync_commands', 'Commands in one sync of the log', ({ measured }) => measured.syncCommands),
  counter(
    'exchange_log_written_bytes_total',
    'Bytes of commands written to the log',
    ({ measured }) => measured.logBytes,
  ),
  gauge(
    'exchange_log_waiting_commands',
    'Commands appended to the log that are not on the disk',
    ({ measured }) => measured.logWaiting.commands,
  ),
  gauge(
    'exchange_log_waiting_bytes',
    'Bytes of commands that wait for the next sync of the log',
    ({ measured }) => measured.logWaiting.bytes,
  ),

  gauge(
    'exchange_uncommitted_events',
    'Events whose orders and trades are not stored yet',
    (core) => core.uncommittedEvents,
  ),
  histogram(
    'exchange_commit_duration_seconds',
    'Time to store orders and trades in one transaction',
    ({ measured }) => measured.commit,
  ),
  counter(
    'exchange_commit_failures_total',
    'Commits of orders and trades that failed and are tried again',
    ({ measured }) => measured.commitFailures,
  ),
  histogram(
    'exchange_snapshot_save_duration_seconds',
    'Time to write a snapshot to the disk while matching continues',
    ({ measured }) => measured.snapshotSave,
  ),
  gauge('exchange_snapshot_timestamp_seconds', 'Unix time of the newest snapshot', ({ measured }) =>
    measured.snapshot === undefined ? undefined : measured.snapshot.savedAtMs / 1_000,
  ),
  gauge('exchange_snapshot_commands', 'Commands in the newest snapshot', ({ measured }) => measured.snapshot?.commands),
  gauge(
    'exchange_snapshot_lag_commands',
    'Commands since the newest snapshot, which a start applies again',
    ({ commands, measured }) => commands - (measured.snapshot?.commands ?? 0),
  ),
  gauge('exchange_snapshot_size_bytes', 'Size of the newest snapshot', ({ measured }) => measured.snapshot?.bytes),

  gauge(
    'exchange_market_lag_bytes',
    'Bytes of events that the market thread has not read',
    ({ measured }) => measured.marketLagBytes,
  ),

  gauge(
    'exchange_memory_use_ratio',
    'Used share of the memory for open orders; at 1 new ones are refused',
    (core) => core.memoryUse,
  ),
  gauge(
    'exchange_clock_ahead_seconds',
    'Seconds that the clock is ahead and is not followed',
    (core) => core.clockAheadSeconds,
  ),
  gauge(
    'exchange_log_ahead_seconds',
    'Seconds that the order log is ahead of the clock',
    (core) => core.logAheadSeconds,
  ),
  gauge('exchange_degraded', '1 while the exchange runs with this fault', ({ troubles }) => {
    const present = troubles.map(({ cause }) => cause)
    return TROUBLE_CAUSES.map((cause) => [{ cause }, present.includes(cause) ? 1 : 0])
  }),
]

/** Only those that have happened: most of the pairs of a command and a reason are impossible. */
function rejectsOf(rejects: Float64Array): readonly (readonly [{ command: string; reason: string }, number])[] {
  return REJECTED_COMMANDS.flatMap((command, row) =>
    REJECT_REASONS.map((reason, i) => [{ command, reason }, rejects[row * REJECT_REASONS.length + i]] as const),
  ).filter(([, count]) => count > 0)
}
