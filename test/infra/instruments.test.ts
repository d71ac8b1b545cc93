/** Terraform refuses exactly the seed instruments that the program refuses, and its plan names the rows. */

import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type InstrumentText, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { INSTRUMENTS_MAX } from '../../src/protocol/limits.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { titleOf } from '../skipped-title.ts'
import { answerPlans } from './aws-answers.ts'
import { planOf } from './plan.ts'
import { missing, terraform } from './tools.ts'
import { infra, Workspace } from './workspace.ts'

const good: InstrumentText = { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' }

const DECIMALS =
  '1 0.1 0.250 100 1000000 1000001 1.000001 10.00001 0 0.0 0.000000000001 0.0000000000010 0.0000000000001 00.5 1e-2 1. .5 -1 +1'
const NAMES = ['', 'A', 'a', '9', '-', 'A-1.B_2', 'A B', 'É', 'A\n', `A${'B'.repeat(23)}`, `A${'B'.repeat(24)}`]
const QUANTITIES =
  '1 5 7 0 0.5 0.50 0.05 10.000000000000000000 -5 5e3 five 9007199254740991 9007199254740992 900719925474099'

/** Rows with one field changed. */
const ROWS: readonly InstrumentText[] = [
  good,
  ...NAMES.flatMap((name) => (['symbol', 'base', 'quote'] as const).map((field) => ({ ...good, [field]: name }))),
  ...[...DECIMALS.split(' '), '', ' 1', '1\n', '9'.repeat(400)].flatMap((text) => [
    { ...good, tickSize: text },
    { ...good, lotSize: text },
  ]),
  ...[...QUANTITIES.split(' '), '', '9'.repeat(400)].flatMap((text) =>
    ['1', '5', '0.1', '0.25', '0'].flatMap((lotSize) => [
      { ...good, lotSize, minQuantity: text },
      { ...good, lotSize, maxQuantity: text },
    ]),
  ),
  { ...good, minQuantity: '2', maxQuantity: '10' },
  { ...good, minQuantity: '2', maxQuantity: '2.0' },
  { ...good, minQuantity: '10', maxQuantity: '2' },
]

function isAccepted(row: InstrumentText): boolean {
  try {
    parseInstrument(row)
    return true
  } catch {
    return false
  }
}

/** The faults that Terraform finds. It reads only the two files that it needs, so no provider is loaded. */
function faultsOf(instruments: readonly object[]): string[] {
  const folder = temporaryDirectory()
  for (const name of ['instruments.tf', 'variables.tf']) copyFileSync(join(infra, name), join(folder, name))
  writeFileSync(join(folder, 'test.tfvars.json'), JSON.stringify({ instruments }))
  const { PATH, HOME } = process.env
  const printed = execFileSync(terraform as string, ['console', '-var-file=test.tfvars.json'], {
    cwd: folder,
    env: { PATH, HOME, CHECKPOINT_DISABLE: '1' },
    input: 'jsonencode(local.instrument_faults)',
    encoding: 'utf8',
  })
  return JSON.parse(JSON.parse(printed) as string) as string[]
}

describe.skipIf(terraform === undefined)(
  titleOf('seed instruments', terraform === undefined ? missing.terraform : undefined),
  () => {
    test('Terraform finds a fault in each row that the program refuses, and in no other', () => {
      const faults = faultsOf(ROWS)
      const faultsOfRow = (index: number) =>
        faults.filter((fault) => fault.startsWith(`row ${index + 1},`) && !fault.endsWith('listed once'))
      for (const [index, row] of ROWS.entries()) {
        expect(faultsOfRow(index).length === 0, JSON.stringify([row, faultsOfRow(index)])).toBe(isAccepted(row))
      }
    })

    test('a list may have 1,000 rows, and each symbol once', () => {
      const rows = Array.from({ length: INSTRUMENTS_MAX }, (_, n) => ({ ...good, symbol: `S${n}` }))
      expect(faultsOf(rows)).toEqual([])
      expect(faultsOf([...rows, good])).toEqual(['1001 rows: an exchange has at most 1,000 instruments'])
      expect(faultsOf([good, { ...good, symbol: 'ETHUSD' }, good])).toEqual([
        'row 3, BTCUSD: symbol must be listed once',
      ])
      expect(faultsOf([])).toEqual([])
    })
  },
)

test.skipIf(missing.terraform !== undefined)(
  titleOf('a plan with a wrong row fails and names the row', missing.terraform),
  async () => {
    const { server, url } = await answerPlans()
    onTestFinished(() => void server.close())
    const workspace = await Workspace.open(url)
    onTestFinished(() => workspace.close())
    const instruments = JSON.stringify([good, { ...good, symbol: 'ETHUSD', tickSize: '0,01' }])
    await expect(planOf(workspace, { instruments })).rejects.toThrow('row 2, ETHUSD: tickSize must be')
  },
  3 * 60_000,
)
