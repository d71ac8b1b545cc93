/** `bidding-exchange admin` against the real process: actions, refusals, exit codes, and what the log then contains. */

import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { ROOT, run, startExchange, verify } from './running-exchange.ts'

const KEYS = [
  { account: 'operations', keySha256: sha256Hex('desk'), operator: true, name: 'desk 7' },
  { account: 'alice', keySha256: sha256Hex('hers') },
]
const TRADER = { Authorization: 'Bearer hers' }
const ORDER = { orderId: 's1', symbol: 'SOLUSD', side: 'SELL', quantity: 2, price: '20.05' }

test('admin defines, changes, halts and closes instruments of a running exchange', async () => {
  const directory = temporaryDirectory()
  const keys = join(directory, 'keys.json')
  writeFileSync(keys, JSON.stringify(KEYS))
  const data = join(directory, 'data')
  const exchange = await startExchange(data, ['--api-keys', keys])
  const api = apiOf(exchange.url)
  const admin = (words: string, more: string[] = [], key = 'desk') =>
    run(['admin', ...words.split(' '), ...more], { EXCHANGE_URL: exchange.url, EXCHANGE_API_KEY: key })
  const place = (order: object) => api.post('/orders', { ...ORDER, ...order }, { ...TRADER, Prefer: 'wait=5' })

  const defined = await admin('instruments define SOLUSD --base SOL --quote USD --tick 0.05 --lot 0.1 --max 500')
  expect(defined).toMatchObject({ code: 0, stderr: '' })
  expect(defined.stdout).toMatch(/^SYMBOL .*\nSOLUSD +SOL +USD +0\.05 +0\.1 +- +500 +CONTINUOUS +- +2\n$/)
  // It trades at once.
  expect((await place({})).body.status).toBe('NEW')
  expect((await place({ orderId: 'large', quantity: 501 })).body.code).toBe('quantity_above_maximum')

  const halted = await admin('halt SOLUSD --json', ['--reason', 'news {"pending"}'])
  expect(JSON.parse(halted.stdout)).toMatchObject({ symbol: 'SOLUSD', phase: 'HALTED' })
  expect(await admin('halt SOLUSD')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'bidding-exchange admin: The symbol is already in this phase. (phase_unchanged)\n',
  })
  expect(await admin('halt SOL')).toMatchObject({
    code: 1,
    stderr: 'bidding-exchange admin: No instrument has this symbol. (instrument_not_found)\n',
  })
  expect((await place({ orderId: 'late' })).body).toMatchObject({ status: 'REJECTED', reason: 'symbol_halted' })
  expect((await admin('resume SOLUSD')).stdout).toContain('CONTINUOUS')
  expect((await admin('band SOLUSD --low 15 --high 25')).stdout).toContain('15.00..25.00')
  expect((await admin('band SOLUSD --none')).code).toBe(0)
  expect((await admin('instruments change SOLUSD --min 1 --max none')).stdout).toMatch(/0\.1 +1 +- +CONT/)
  expect((await admin('instruments close SOLUSD')).stdout).toMatch(/ CLOSED /)
  expect((await api.send('GET', '/orders/s1', undefined, TRADER)).body.reason).toBe('instrument_closed')
  expect((await admin('instruments list')).stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'SYMBOL',
    'BTCUSD',
    'ETHUSD',
    'ENERGY-DE',
    'SOLUSD',
    '',
  ])

  expect((await admin('rules show')).stdout).toBe('rules 2 in force; the exchange supports rules up to 2\n')
  const refused = await admin('rules adopt 2 --json')
  expect([refused.code, JSON.parse(refused.stdout).code]).toEqual([1, 'rules_not_newer'])
  expect(await admin('rules show', [], 'hers')).toMatchObject({ code: 1, stderr: expect.stringContaining('forbidden') })
  expect((await admin('instruments list', [], 'unknown')).code).toBe(0)

  api.close()
  await exchange.stop('SIGTERM')
  expect(await admin('rules show')).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer') })
  expect((await verify(data)).agrees).toBe(true)
  expect(operatorCommands(directory)).toContainEqual({
    kind: 'ChangePhase',
    symbol: 'SOLUSD',
    phase: 'HALTED',
    operator: 'operations',
    operatorKey: 'desk 7',
    operatorReason: 'news {"pending"}',
  })
  // The log alone restores the instruments.
  const restored = join(directory, 'restored')
  cpSync(join(data, 'log'), join(restored, 'log'), { recursive: true })
  const again = await startExchange(restored)
  const { body } = await apiOf(again.url).get('/instruments/SOLUSD')
  expect(body).toMatchObject({ minQuantity: '1', maxQuantity: null, phase: 'CLOSED', closed: true })
  await again.stop('SIGTERM')
})

/** The output of the command on the page about monitoring, run beside the directory `data`. */
function operatorCommands(directory: string): unknown[] {
  const page = readFileSync(join(ROOT, 'docs/operate/monitoring.md'), 'utf8')
  const [, command = ''] = /^```bash\n(.* grep .*)\n```$/m.exec(page) ?? []
  const lines = execFileSync('bash', ['-c', command], { cwd: directory, encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

test.each([
  ['', 'give an action'],
  ['halt', 'use halt SYMBOL'],
  ['instruments open X', 'use instruments list or'],
  ['open X', 'there is no action "open"'],
  ['halt BTCUSD --low 1', '--low is not for halt SYMBOL'],
  ['band BTCUSD', 'band needs'],
  ['band BTCUSD --low 1 --none', 'band needs'],
  ['instruments define X --base B --quote Q --tick 1', 'needs --lot'],
  ['instruments change X', 'instruments change needs'],
  ['rules adopt newest', 'VERSION is a whole number'],
  ['rules show --url nowhere', '--url nowhere'],
])('admin %s ends with 2', async (words, message) => {
  const { code, stderr } = await run(['admin', ...words.split(' ').filter((word) => word !== '')])
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})
