/** What an operator does about each fault that an exchange reports: docs/operate/monitoring.md in one sentence. */

import type { TroubleCause } from '../../ports/trouble.ts'

const REMEDIES: Readonly<Record<TroubleCause | 'core_not_responding' | 'lake_failing', string>> = {
  store_failing: 'Free space on the disk of the data directory. The exchange tries again each second.',
  log_full: 'Free space on the disk of the data directory. The next order that is stored ends the fault.',
  clock_ahead: 'If the clock is wrong, correct it. If it is right, restart the exchange. See docs/operate/clocks.md.',
  log_ahead: 'Correct a clock that is behind, or wait until it has caught up. See docs/operate/clocks.md.',
  memory_low: 'Add memory, or have accounts cancel orders, before new ones are refused.',
  memory_full: 'Add memory, or have accounts cancel orders. New open orders are refused.',
  core_not_responding: 'Read the log and look at the disk. If it lasts, restart the exchange.',
  lake_failing:
    'Disk full: free space. Not of this order log, or damaged: move the folder of the lake away. Trading goes on.',
}

/** A later exchange may report a fault that this program does not know. */
export const remedyOf = (cause: string): string =>
  Object.hasOwn(REMEDIES, cause)
    ? REMEDIES[cause as keyof typeof REMEDIES]
    : 'See docs/operate/monitoring.md of the version of the exchange.'
