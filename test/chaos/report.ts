/** The lines that a chaos run prints. */

import type { ChaosProgress, ChaosResult } from './chaos.ts'

/** Differences that are printed; all are in the JSON. */
const SHOWN = 10
const WIDTH_MAX = 300

export function progressLine({ elapsedMs, acknowledged, refused, faults, rebuilds, last }: ChaosProgress): string {
  const counts = `${number(acknowledged)} orders, ${number(refused)} requests refused, ${faults} faults, ${rebuilds} rebuilds`
  return `${clock(elapsedMs)}  ${counts}; last: ${last}`
}

export function summary(result: ChaosResult): string {
  const { faults, differences, warnings } = result
  const width = Math.max(...faults.map(({ name }) => name.length))
  const rows = faults.map(
    ({ name, times, seen, effect }) =>
      `  ${name.padEnd(width)}  ${number(times).padStart(7)}  ${number(seen).padStart(7)} ${effect}`,
  )
  const verdict =
    differences.length === 0
      ? 'Equal: orders, trades, stream of trades, instruments, books and live market data are those of the embedded exchange.'
      : [
          `DIFFERENT: ${differences.length} differences`,
          ...differences.slice(0, SHOWN).map((each) => `  ${each}`),
          'The newest warnings of the functions:',
          ...warnings.map((line) => `  ${line.slice(0, WIDTH_MAX)}`),
        ].join('\n')
  return [
    '',
    `  ${'fault'.padEnd(width)}  ${'caused'.padStart(7)}  ${'seen'.padStart(7)}`,
    ...rows,
    '',
    `  ${number(result.orders)} orders and ${number(result.trades)} trades from ${number(result.records)} records in ` +
      `${result.shards} shards; ${number(result.repeated)} orders were in the stream twice`,
    `  ${number(result.requests)} requests, ${number(result.refused)} refused, ${number(result.resent)} orders sent again`,
    `  a follower was shown ${number(result.followed.shown)} trades, missed ${number(result.followed.missed)} and lost its connection ${number(result.followed.lost)} times`,
    `  everything was matched ${(result.settledMs / 1_000).toFixed(1)} s after the last request`,
    '',
    verdict,
  ].join('\n')
}

const number = (value: number): string => value.toLocaleString('en-US')

function clock(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1_000)
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
