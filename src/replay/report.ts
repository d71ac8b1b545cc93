/** The result of a replay, as aligned text for people and as one JSON object for programs. */

import type { Comparison, Difference } from './compare.ts'
import type { Summary } from './replay.ts'

/** One line of JSON with the summary's fields and, if compared, `compare`. */
export function jsonReport(summary: Summary, comparison?: Comparison): string {
  return JSON.stringify(comparison === undefined ? summary : { ...summary, compare: comparison })
}

export function textReport(summary: Summary, symbol: string, comparison?: Comparison): string {
  const lines = rowsOf([
    ['events', count(summary.events)],
    ['orders', count(summary.orders)],
    ['cancels', `${count(summary.cancels)} (${count(summary.cancelsTooLate)} too late)`],
    ['trades', count(summary.trades)],
    ['quantity', summary.quantity],
    ['best bid', summary.bestBid ?? 'none'],
    ['best ask', summary.bestAsk ?? 'none'],
    ['elapsed', `${count(summary.elapsedMs)} ms`],
    ['events/s', count(summary.eventsPerSecond)],
    ...optional('skipped', summary.skipped, 'without price or volume, or beyond the limits'),
    ...optional('conflicts', summary.conflicts, 'ids that were used before for another order'),
    ...optional('repeated', summary.repeated, 'orders that this data directory had already'),
  ])
  const title = `Replayed into ${symbol}`
  return `${[title, ...lines, ...(comparison === undefined ? [] : ['', ...compareLines(comparison)])].join('\n')}\n`
}

function compareLines(comparison: Comparison): string[] {
  const { orders, agree, filledOrders, filledAgree } = comparison
  const lines = [
    'Compared with the venue, order by order',
    ...rowsOf([
      ['orders', `${count(orders)} (${count(comparison.outside)} more were created before the feed begins)`],
      ['agree', `${count(agree)}: ${comparison.agreePercent.toFixed(2)} % of the orders`],
      ['', `${comparison.agreeQuantityPercent.toFixed(2)} % of their quantity, ${comparison.quantity}`],
      ['filled', `${count(filledOrders)} by either side`],
      ['agree', `${count(filledAgree)}: ${comparison.filledAgreePercent.toFixed(2)} % of them`],
      ['venue', comparison.venueFilled],
      ['we', comparison.ourFilled],
      ['overlap', `${comparison.overlapPercent.toFixed(2)} % of what either filled, both filled`],
    ]),
  ]
  if (comparison.largest.length === 0) return lines
  return [
    ...lines,
    '',
    'Differences, as part of the order',
    ...table([
      ['up to', 'we less', 'we more'],
      ...comparison.differences.map((c) => [`${c.upToPercent} %`, count(c.weFilledLess), count(c.weFilledMore)]),
    ]),
    '',
    'Largest differences',
    ...table([['order', 'side', 'price', 'quantity', 'venue', 'we'], ...comparison.largest.map(differenceCells)]),
  ]
}

const differenceCells = (d: Difference): string[] => [
  d.orderId,
  d.side,
  d.price,
  d.quantity,
  d.venueFilled,
  d.ourFilled,
]

const count = (value: number): string => value.toLocaleString('en')

function optional(name: string, value: number | undefined, meaning: string): [string, string][] {
  return value === undefined ? [] : [[name, `${count(value)} ${meaning}`]]
}

/** Names in a left column, values after them. */
function rowsOf(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}

/** Columns aligned to the right. */
function table(cells: readonly (readonly string[])[]): string[] {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  return cells.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column])).join('  ')}`)
}
