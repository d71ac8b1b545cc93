import { expect, test } from 'vitest'
import type { ExchangeStatus } from '../../src/entrypoints/status/exchange-status.ts'
import { statusScreen } from '../../src/entrypoints/status/status-screen.ts'

const book = (symbol: string, orders: number) => ({
  symbol,
  phase: orders === 7 ? 'HALTED' : 'CONTINUOUS',
  bid: '60000.00',
  ask: '60001.50',
  lastPrice: '60000.50',
  orders,
  allOrders: orders < 100,
})

const STATUS: ExchangeStatus = {
  url: 'http://127.0.0.1:3000',
  at: '2026-11-26T21:16:02.000Z',
  state: 'degraded',
  faults: [
    {
      cause: 'store_failing',
      since: '2026-11-26T21:00:00.000Z',
      detail: 'The commit of orders and trades fails: the records could not be stored: No space left on device',
      remedy: 'Free space on the disk of the data directory. The exchange tries again each second.',
    },
  ],
  uptime: 93_784,
  rules: 2,
  commands: 12_345_678,
  openOrders: 4_202,
  interval: 1,
  rates: { orders: 15_093.2, trades: 3.21, cancels: 0, rejects: null, commands: 1_234_567_890 },
  latency: {
    request: { p50: 0.00124, p99: 0.0256, window: 'interval' },
    sync: { p50: 0.000145, p99: 1.5, window: 'interval' },
    match: { p50: 0.000009, p99: 0.000035, window: 'start' },
    commit: null,
  },
  syncCommands: 47.93,
  queues: { commands: 120, log: 50, coreReads: 1, readerReads: 2, uncommittedEvents: 150_000 },
  marketLag: 1_536,
  snapshot: { commands: 12_000_000, age: 166, bytes: 133_000_000 },
  lake: { commands: 12_340_000, lagCommands: 5_678, failing: false },
  memory: { resident: 195_400_000, openOrdersShare: 0.031, edgeHeap: 25_100_000, coreHeap: 13_600_000 },
  sockets: { clients: 12, subscriptions: 34, waitingBytes: 0 },
  instruments: 40,
  books: [book('BTCUSD', 221), book('ENERGY-DE', 7)],
}

test('fits 120 columns', () => {
  expect(statusScreen(STATUS, { width: 120, colors: false }).join('\n')).toMatchInlineSnapshot(`
    "● DEGRADED  http://127.0.0.1:3000                                                      up 1 d 2 h  rules 2  21:16:02 UTC

    store_failing since 2026-11-26T21:00:00Z
      The commit of orders and trades fails: the records could not be stored: No space left on device
      → Free space on the disk of the data directory. The exchange tries again each second.

    Rates                                    Latency                                  Queues
    orders                       15,093/s                            p50       p99    commands in flight                120
    trades                          3.2/s    request             1.24 ms   25.6 ms    waiting for the log                50
    cancels                           0/s    log sync             145 µs    1.50 s    events not stored             150,000
    rejects                             –    match               9.00 µs   35.0 µs    reads                1 core  2 reader
    commands                     1.23 G/s    commit                    –         –    market data behind             1.5 kB

    Log and store                            Lake and sockets                         Memory
    commands                       12.3 M    lake at command                12.3 M    resident                       195 MB
    commands a sync                  47.9    lake behind            5,678 commands    heap of the core              13.6 MB
    open orders                     4,202    WebSocket clients                  12    heap of the edge              25.1 MB
    snapshot               2 min 46 s ago    subscriptions                      34    used for open orders            3.1 %
    snapshot at command            12.0 M    not read by clients               0 B

    BOOK       PHASE            BID       ASK      LAST  OPEN ORDERS
    BTCUSD     CONTINUOUS  60000.00  60001.50  60000.50        ≥ 221
    ENERGY-DE  HALTED      60000.00  60001.50  60000.50            7
    and 38 more"
  `)
})

test('fits 60 columns', () => {
  expect(statusScreen(STATUS, { width: 60, colors: false }).join('\n')).toMatchInlineSnapshot(`
    "● DEGRADED  http://127.0.0.1:3000

    store_failing since 2026-11-26T21:00:00Z
      The commit of orders and trades fails: the records could
      not be stored: No space left on device
      → Free space on the disk of the data directory. The
        exchange tries again each second.

    Rates
    orders                                              15,093/s
    trades                                                 3.2/s
    cancels                                                  0/s
    rejects                                                    –
    commands                                            1.23 G/s

    Latency
                                                   p50       p99
    request                                    1.24 ms   25.6 ms
    log sync                                    145 µs    1.50 s
    match                                      9.00 µs   35.0 µs
    commit                                           –         –

    Queues
    commands in flight                                       120
    waiting for the log                                       50
    events not stored                                    150,000
    reads                                       1 core  2 reader
    market data behind                                    1.5 kB

    Log and store
    commands                                              12.3 M
    commands a sync                                         47.9
    open orders                                            4,202
    snapshot                                      2 min 46 s ago
    snapshot at command                                   12.0 M

    Lake and sockets
    lake at command                                       12.3 M
    lake behind                                   5,678 commands
    WebSocket clients                                         12
    subscriptions                                             34
    not read by clients                                      0 B

    Memory
    resident                                              195 MB
    heap of the core                                     13.6 MB
    heap of the edge                                     25.1 MB
    used for open orders                                   3.1 %

    BOOK       PHASE            BID       ASK      LAST
    BTCUSD     CONTINUOUS  60000.00  60001.50  60000.50
    ENERGY-DE  HALTED      60000.00  60001.50  60000.50
    and 38 more"
  `)
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal begin with one
const SEQUENCES = /\u001b\[[\d;]*m/g

test('no line is wider than the terminal, and colours change nothing but colours', () => {
  const long = { ...STATUS, url: `http://${'a'.repeat(200)}:3000` }
  for (let width = 40; width <= 200; width++) {
    for (const status of [STATUS, { ...long, url: STATUS.url }]) {
      const plain = statusScreen(status, { width, colors: false })
      for (const line of plain) expect(line.length, `${width}: ${line}`).toBeLessThanOrEqual(width)
      const colored = statusScreen(status, { width, colors: true })
      expect(colored.join('\n')).toMatch(SEQUENCES)
      expect(colored.map((line) => line.replace(SEQUENCES, '').trimEnd())).toEqual(plain.map((line) => line.trimEnd()))
    }
  }
})

test('on a low screen books are left out first', () => {
  const books = Array.from({ length: 30 }, (_, i) => book(`S${i}`, 30 - i))
  const linesOf = (height?: number) => statusScreen({ ...STATUS, books }, { width: 120, height, colors: false })
  const shown = (lines: readonly string[]) => lines.filter((line) => /^S\d+ /.test(line)).length
  expect(shown(linesOf())).toBe(10)
  expect(shown(linesOf(26))).toBeLessThan(10)
  expect(linesOf(26).length).toBeLessThanOrEqual(26)
  expect(linesOf(26).at(-1)).toMatch(/^and \d+ more$/)
})

test('of an exchange that has never answered it shows only that', () => {
  const faults = [{ cause: 'unreachable', detail: 'connection refused', remedy: 'Start it.' }]
  const lines = statusScreen({ ...STATUS, state: 'unreachable', commands: null, faults }, { width: 80, colors: false })
  expect(lines.slice(1)).toEqual(['', 'unreachable', '  connection refused', '  → Start it.'])
})
