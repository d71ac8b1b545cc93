/**
 * The status as one screen of text. It fits the width: boxes stand beside each other where there is room, and a line is
 * cut before it would wrap. It fits the height too: books are left out first. Without colours it is the same text.
 */

import type { BookStatus, ExchangeStatus, Latency } from './exchange-status.ts'
import { age, bytes, count, duration, perSecond, share, UNKNOWN } from './status-text.ts'

export interface Screen {
  readonly width: number
  /** Lines; undefined: any number. */
  readonly height?: number | undefined
  readonly colors: boolean
}

const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const
type Style = keyof typeof STYLES

/** Text with a style. Its length is that of the text. */
type Cell = string | readonly [text: string, ...styles: Style[]]

interface Box {
  readonly title: string
  /** A label at the left, and values at the right. */
  readonly rows: readonly (readonly Cell[])[]
}

const WIDTH_MIN = 40
const BOX_WIDTH = 36
const GAP = 4
/** Books are at most so many, on a screen of any height. */
const BOOKS_MAX = 10
const BOOKS_MIN = 3

const STATE_STYLES: Readonly<Record<ExchangeStatus['state'], Style>> = {
  ok: 'green',
  degraded: 'yellow',
  failing: 'red',
  unreachable: 'red',
}

/** Lines without newlines. */
export function statusScreen(status: ExchangeStatus, { width, height, colors }: Screen): string[] {
  const columns = Math.max(WIDTH_MIN, width)
  const paint = (cell: Cell): string => painted(cell, colors)
  const head = [headOf(status, columns).map(paint).join(''), ...faultsOf(status, columns).map(paint)]
  // Nothing is known of an exchange that has never answered.
  if (status.state === 'unreachable' && status.commands === null) return head
  const boxes = besides(boxesOf(status), columns, paint)
  const used = head.length + boxes.length + 4
  const shown = height === undefined ? BOOKS_MAX : Math.min(BOOKS_MAX, Math.max(BOOKS_MIN, height - used - 1))
  return [...head, '', ...boxes, '', ...booksOf(status, shown, columns).map((row) => row.map(paint).join('').trimEnd())]
}

function headOf({ url, state, uptime, rules, at }: ExchangeStatus, columns: number): Cell[] {
  const left: Cell[] = [['● ', STATE_STYLES[state]], [state.toUpperCase(), 'bold', STATE_STYLES[state]], `  ${url}`]
  const times = uptime === null ? '' : `up ${age(uptime)}  `
  const right = `${times}${rules === null ? '' : `rules ${rules}  `}${at.slice(11, 19)} UTC`
  const room = columns - left.reduce((sum, cell) => sum + textOf(cell).length, 0) - right.length
  return room < 2 ? left : [...left, ' '.repeat(room), [right, 'dim']]
}

function faultsOf({ faults }: ExchangeStatus, columns: number): Cell[] {
  return faults.flatMap(({ cause, since, detail, remedy }): Cell[] => [
    '',
    [cut(`${cause}${since === undefined ? '' : ` since ${since.slice(0, 19)}Z`}`, columns), 'bold', 'yellow'],
    ...wrapped(detail, columns - 2).map((line) => `  ${line}`),
    ...wrapped(remedy, columns - 4).map((line, i): Cell => [`${i === 0 ? '  → ' : '    '}${line}`, 'cyan']),
  ])
}

function boxesOf(status: ExchangeStatus): Box[] {
  const { rates, latency, queues, memory, sockets, snapshot, lake } = status
  return [
    {
      title: 'Rates',
      rows: [
        ['orders', perSecond(rates.orders)],
        ['trades', perSecond(rates.trades)],
        ['cancels', perSecond(rates.cancels)],
        ['rejects', perSecond(rates.rejects)],
        ['commands', perSecond(rates.commands)],
      ],
    },
    {
      title: 'Latency',
      rows: [
        ['', ['p50', 'dim'], ['p99', 'dim']],
        latencyRow('request', latency.request),
        latencyRow('log sync', latency.sync),
        latencyRow('match', latency.match),
        latencyRow('commit', latency.commit),
      ],
    },
    {
      title: 'Queues',
      rows: [
        ['commands in flight', count(queues.commands)],
        ['waiting for the log', count(queues.log)],
        ['events not stored', warned(count(queues.uncommittedEvents), (queues.uncommittedEvents ?? 0) > 100_000)],
        ['reads', `${count(queues.coreReads)} core  ${count(queues.readerReads)} reader`],
        ['market data behind', bytes(status.marketLag)],
      ],
    },
    {
      title: 'Log and store',
      rows: [
        ['commands', count(status.commands)],
        ['commands a sync', status.syncCommands === null ? UNKNOWN : status.syncCommands.toFixed(1)],
        ['open orders', count(status.openOrders)],
        ['snapshot', snapshot === null ? 'none yet' : `${age(snapshot.age)} ago`],
        ['snapshot at command', snapshot === null ? UNKNOWN : count(snapshot.commands)],
      ],
    },
    {
      title: 'Lake and sockets',
      rows: [
        ['lake at command', lake === null ? UNKNOWN : count(lake.commands)],
        ['lake behind', lake === null ? UNKNOWN : warned(`${count(lake.lagCommands)} commands`, lake.failing)],
        ['WebSocket clients', count(sockets.clients)],
        ['subscriptions', count(sockets.subscriptions)],
        ['not read by clients', bytes(sockets.waitingBytes)],
      ],
    },
    {
      title: 'Memory',
      rows: [
        ['resident', bytes(memory.resident)],
        ['heap of the core', bytes(memory.coreHeap)],
        ['heap of the edge', bytes(memory.edgeHeap)],
        ['used for open orders', warned(share(memory.openOrdersShare), (memory.openOrdersShare ?? 0) >= 0.75)],
      ],
    },
  ]
}

const warned = (text: string, isWarning: boolean): Cell => (isWarning ? [text, 'yellow'] : text)

/** Older values are dim. */
function latencyRow(label: string, latency: Latency | null): readonly Cell[] {
  const cell = (seconds: number | undefined): Cell =>
    latency?.window === 'start' ? [duration(seconds ?? null), 'dim'] : duration(seconds ?? null)
  return [label, cell(latency?.p50), cell(latency?.p99)]
}

/** Boxes beside each other, as many as fit. */
function besides(boxes: readonly Box[], columns: number, paint: (cell: Cell) => string): string[] {
  const across = Math.max(1, Math.floor((columns + GAP) / (BOX_WIDTH + GAP)))
  const width =
    across === 1 ? Math.min(columns, BOX_WIDTH * 2) : Math.min(46, Math.floor((columns + GAP) / across) - GAP)
  const lines: string[] = []
  for (let i = 0; i < boxes.length; i += across) {
    const group = boxes.slice(i, i + across)
    const drawn = group.map(({ title, rows }) => [
      paint([title.padEnd(width), 'bold']),
      ...rows.map((row) => rowOf(row, width, paint)),
    ])
    const height = Math.max(...drawn.map((each) => each.length))
    if (i > 0) lines.push('')
    for (let line = 0; line < height; line++) {
      lines.push(
        drawn
          .map((each) => each[line] ?? ' '.repeat(width))
          .join(' '.repeat(GAP))
          .trimEnd(),
      )
    }
  }
  return lines
}

const VALUE_WIDTH = 10

function rowOf([label, ...values]: readonly Cell[], width: number, paint: (cell: Cell) => string): string {
  const right = values.map((cell, i) => {
    const missing = (i === 0 ? 0 : VALUE_WIDTH) - textOf(cell).length
    return [' '.repeat(Math.max(0, missing)), cell] as const
  })
  const length = right.reduce((sum, [pad, cell]) => sum + pad.length + textOf(cell).length, 0)
  const name = cut(textOf(label), width - length - 1)
  const room = ' '.repeat(Math.max(1, width - name.length - length))
  return `${paint([name, 'dim'])}${room}${right.map(([pad, cell]) => pad + paint(cell)).join('')}`
}

function booksOf({ books, instruments }: ExchangeStatus, shown: number, columns: number): Cell[][] {
  if (books.length === 0) return []
  const rows = books.slice(0, shown).map(bookRow)
  const headings = ['BOOK', 'PHASE', 'BID', 'ASK', 'LAST', 'OPEN ORDERS']
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => textOf(row[i]).length)))
  // Columns at the end are left out where they do not fit: the phase is the last to go.
  while (widths.reduce((sum, width) => sum + width + 2, -2) > columns && widths.length > 1) widths.pop()
  const line = (cells: readonly Cell[], ...styles: Style[]): Cell[] =>
    widths.flatMap((width, i): Cell[] => {
      const text = textOf(cells[i])
      const padded = i < 2 ? text.padEnd(width) : text.padStart(width)
      return [i === 0 ? '' : '  ', [padded, ...styles, ...stylesOf(cells[i])]]
    })
  const more = instruments - rows.length
  const rest: Cell[][] = more > 0 ? [[[`and ${count(more)} more`, 'dim']]] : []
  return [line(headings, 'bold'), ...rows.map((row) => line(row)), ...rest]
}

const bookRow = ({ symbol, phase, bid, ask, lastPrice, orders, allOrders }: BookStatus): Cell[] => [
  symbol,
  phase === 'CONTINUOUS' ? phase : [phase, 'yellow'],
  bid ?? UNKNOWN,
  ask ?? UNKNOWN,
  lastPrice ?? UNKNOWN,
  orders === null ? UNKNOWN : `${allOrders ? '' : '≥ '}${count(orders)}`,
]

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell[0])
const stylesOf = (cell: Cell): Style[] => (typeof cell === 'string' ? [] : (cell.slice(1) as Style[]))

function painted(cell: Cell, colors: boolean): string {
  const [text, styles] = [textOf(cell), stylesOf(cell)]
  if (!colors || styles.length === 0 || text === '') return text
  return `\u001b[${styles.map((style) => STYLES[style]).join(';')}m${text}\u001b[0m`
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`

/** Lines of whole words. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(cut(word, width))
  }
  return lines
}
