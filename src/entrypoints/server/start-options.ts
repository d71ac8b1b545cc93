/** The options of `bidding-exchange start`: their help, and their values after validation. */

import type { LakeSettings } from '../../adapters/embedded/threads/lake/lake-messages.ts'
import type { DemoSettings } from '../../ports/demo-market.ts'
import {
  ACCOUNT_OPEN_ORDERS_MAX,
  DEMO_RATE_DEFAULT,
  DEMO_RATE_MAX,
  DEMO_SEED_DEFAULT,
  DEMO_SEED_MAX,
  LAKE_RETENTION_DAYS_MAX,
  READS_PER_SECOND_DEFAULT,
  SOCKETS_PER_ACCOUNT_DEFAULT,
} from '../../protocol/limits.ts'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from '../options.ts'
import { type KeyFile, openKeyFile } from './api-key-file.ts'

export interface StartOptions {
  readonly port: number
  readonly host: string
  readonly dataPath: string
  /** The file of the instruments of a new exchange. */
  readonly instruments: string | undefined
  readonly keys: KeyFile | undefined
  readonly ordersPerSecond: number
  readonly readsPerSecond: number
  readonly requestsPerAddress: number | undefined
  readonly accountOpenOrdersMax: number
  /** Origins of pages that may use the exchange, besides its own; `*`: all. */
  readonly allowedOrigins: ReadonlySet<string>
  readonly socketsPerAddress: number
  readonly socketsPerAccount: number
  readonly stopWithinMs: number
  readonly dropDamagedEnd: boolean
  /** The data lake; undefined: none. */
  readonly lake: LakeSettings | undefined
  /** Runs the demo market; undefined: it waits until an operator starts it. */
  readonly demo: (DemoSettings & { readonly anyway: boolean }) | undefined
  readonly logLevel: string
  readonly accessLog: boolean
}

/** Data directories of an exchange that is told none. */
const DATA = './data'
const DEMO_DATA = './data-demo'

const OPTIONS: readonly Option[] = [
  {
    flag: 'port',
    value: 'N',
    variable: 'EXCHANGE_PORT',
    byDefault: '3000',
    help: 'port to listen on; 0 takes a free one',
  },
  { flag: 'host', value: 'ADDRESS', variable: 'EXCHANGE_HOST', byDefault: '127.0.0.1', help: 'address to listen on' },
  { flag: 'data', value: 'DIR', variable: 'EXCHANGE_DATA', help: `data directory, ${DATA} without this option` },
  {
    flag: 'instruments',
    value: 'FILE',
    variable: 'EXCHANGE_INSTRUMENTS',
    help: 'instruments of a new exchange: JSON array of {symbol, base, quote, tickSize, lotSize, minQuantity?, maxQuantity?}',
  },
  {
    flag: 'api-keys',
    value: 'FILE',
    variable: 'EXCHANGE_API_KEYS',
    help: 'JSON array of {account, keySha256, operator?, name?, secret?}; needed on any address but loopback',
  },
  {
    flag: 'rate-limit',
    value: 'N',
    variable: 'EXCHANGE_RATE_LIMIT',
    byDefault: '1000000',
    help: 'orders a second that one account may send; it may send twice as many cancels',
  },
  {
    flag: 'account-open-orders',
    value: 'N',
    variable: 'EXCHANGE_ACCOUNT_OPEN_ORDERS',
    byDefault: String(ACCOUNT_OPEN_ORDERS_MAX),
    help: 'open orders that one account may have',
  },
  {
    flag: 'read-limit',
    value: 'N',
    variable: 'EXCHANGE_READ_LIMIT',
    byDefault: String(READS_PER_SECOND_DEFAULT),
    help: 'reads of own orders a second that one account may send',
  },
  {
    flag: 'address-limit',
    value: 'N',
    variable: 'EXCHANGE_ADDRESS_LIMIT',
    help: 'requests a second from one address; leave it out behind a proxy, where all clients have one address',
  },
  {
    flag: 'allow-origin',
    value: 'ORIGINS',
    variable: 'EXCHANGE_ALLOW_ORIGIN',
    help: 'web pages that may use the exchange, besides its own: https://a.example,https://b.example or *',
  },
  {
    flag: 'address-connections',
    value: 'N',
    variable: 'EXCHANGE_ADDRESS_CONNECTIONS',
    help: 'WebSocket connections from one address; leave it out behind a proxy',
  },
  {
    flag: 'account-connections',
    value: 'N',
    variable: 'EXCHANGE_ACCOUNT_CONNECTIONS',
    byDefault: String(SOCKETS_PER_ACCOUNT_DEFAULT),
    help: 'WebSocket connections that one account may have',
  },
  {
    flag: 'lake',
    value: 'on|off',
    variable: 'EXCHANGE_LAKE',
    byDefault: 'on',
    help: 'copies order events and trades to Parquet files in the data directory, for SQL',
  },
  {
    flag: 'lake-retention-days',
    value: 'N',
    variable: 'EXCHANGE_LAKE_RETENTION_DAYS',
    help: 'days that these files are kept, counted back from the newest event; without it, all',
  },
  {
    flag: 'demo',
    help: `runs a demo market: made-up orders under accounts of its own; data directory ${DEMO_DATA} unless --data is given`,
  },
  {
    flag: 'demo-seed',
    value: 'N',
    byDefault: String(DEMO_SEED_DEFAULT),
    help: 'the same seed, rate and instruments give the same commands',
  },
  {
    flag: 'demo-rate',
    value: 'N',
    byDefault: String(DEMO_RATE_DEFAULT),
    help: `commands a second of the demo market, up to ${DEMO_RATE_MAX}`,
  },
  { flag: 'demo-anyway', help: 'runs the demo market also in a data directory with other orders' },
  {
    flag: 'stop-within',
    value: 'SECONDS',
    variable: 'EXCHANGE_STOP_WITHIN',
    byDefault: '5',
    help: 'time to stop after a signal; what is not stored by then is rebuilt from the log at the next start',
  },
  {
    flag: 'drop-damaged-end',
    help: 'start although the last frame of the order log is damaged: keep it in a file, and drop its orders',
  },
  {
    flag: 'log-level',
    value: 'LEVEL',
    variable: 'EXCHANGE_LOG_LEVEL',
    help: 'debug, info, warn, error or silent: JSON lines on standard error (default info, on a terminal warn)',
  },
  { flag: 'access-log', help: 'a line of the log, at level info, for each HTTP request' },
]

export const START_HELP = `Usage: bidding-exchange start [options]     npm start -- [options]

Runs the exchange: REST and WebSocket on one port, everything it must remember in one data directory.

Options:
${describeOptions(OPTIONS)}

Examples:
  bidding-exchange start
  bidding-exchange start --demo
  bidding-exchange start --port 3001 --data /var/lib/exchange
  bidding-exchange start --host 0.0.0.0 --api-keys keys.json

SIGHUP reads the file of API keys again. If it is bad, the old keys stay.

SIGTERM and SIGINT stop the exchange within the time of --stop-within. A second one, half a second
later or more, ends it at once.

Exit code: 0 stopped by a signal, 1 failed or ended at once, 2 wrong usage.`

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent']
const RATE_MAX = 1_000_000_000

/** undefined: the user asked for help. Throws UsageError, and errors of the key file. */
export function startOptions(argv: string[]): StartOptions | undefined {
  const { values, givenBy, help, rest } = readOptions(argv, OPTIONS)
  if (help) return undefined
  if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
  const number = (flag: string, min: number, max: number) => wholeNumber(givenBy[flag], values[flag], min, max)
  const numbers = {
    port: number('port', 0, 65_535),
    ordersPerSecond: number('rate-limit', 1, RATE_MAX),
    stopWithinMs: 1000 * number('stop-within', 1, 600),
    readsPerSecond: number('read-limit', 1, RATE_MAX),
    requestsPerAddress: values['address-limit'] === undefined ? undefined : number('address-limit', 1, RATE_MAX),
    accountOpenOrdersMax: number('account-open-orders', 1, RATE_MAX),
    socketsPerAddress:
      values['address-connections'] === undefined
        ? Number.POSITIVE_INFINITY
        : number('address-connections', 1, RATE_MAX),
    socketsPerAccount: number('account-connections', 1, RATE_MAX),
    allowedOrigins: originsOf(values['allow-origin'] ?? '', givenBy['allow-origin']),
  }
  const host = values.host as string
  const keys = values['api-keys'] === undefined ? undefined : openKeyFile(values['api-keys'], givenBy['api-keys'])
  if (keys === undefined && !isLoopback(host)) {
    throw new UsageError(`--host ${host} can be reached from other machines: --api-keys FILE is required`)
  }
  const accessLog = values['access-log'] === 'true'
  const logLevel = values['log-level'] ?? (process.stderr.isTTY && !accessLog ? 'warn' : 'info')
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new UsageError(`${givenBy['log-level']} takes ${LOG_LEVELS.join(', ')}, not ${logLevel}`)
  }
  const lake = values.lake
  if (lake !== 'on' && lake !== 'off') throw new UsageError(`${givenBy.lake} takes on or off, not ${lake}`)
  const retentionDays =
    values['lake-retention-days'] === undefined ? undefined : number('lake-retention-days', 1, LAKE_RETENTION_DAYS_MAX)
  const dropDamagedEnd = values['drop-damaged-end'] === 'true'
  const isDemo = values.demo === 'true'
  const settings = {
    seed: number('demo-seed', 0, DEMO_SEED_MAX),
    rate: number('demo-rate', 1, DEMO_RATE_MAX),
    anyway: values['demo-anyway'] === 'true',
  }
  const without = isDemo ? undefined : argv.find((word) => /^--demo-/.test(word))
  if (without !== undefined) throw new UsageError(`${without.split('=')[0]} is for --demo, which is not given`)
  return {
    ...numbers,
    host,
    dataPath: values.data ?? (isDemo ? DEMO_DATA : DATA),
    demo: isDemo ? settings : undefined,
    instruments: values.instruments,
    keys,
    dropDamagedEnd,
    logLevel,
    accessLog,
    lake: lake === 'on' ? { retentionDays } : undefined,
  }
}

/** Throws {@link UsageError} for what a browser would never send as an origin. */
function originsOf(list: string, option: string): ReadonlySet<string> {
  const origins = list.split(',').filter((origin) => origin !== '')
  for (const origin of origins) {
    if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) continue
    throw new UsageError(`${option} takes origins such as https://a.example, without a path, not ${origin}`)
  }
  return new Set(origins)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
