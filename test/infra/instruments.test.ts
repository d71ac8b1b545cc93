/** Terraform refuses exactly the seed instruments that the program refuses, and its plan names the rows. */

import { writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstrumentText, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { INSTRUMENTS_MAX } from '../../src/protocol/limits.ts'
import { answerPlans } from './aws-answers.ts'
import { planOf } from './plan.ts'
import { missing } from './tools.ts'
import { Workspace } from './workspace.ts'

const MINUTES = 60_000

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

describe.skipIf(missing.terraform !== undefined)('seed instruments', () => {
  let server: Server
  let workspace: Workspace

  beforeAll(async () => {
    const answers = await answerPlans()
    server = answers.server
    workspace = await Workspace.open(answers.url)
  }, MINUTES)

  afterAll(() => {
    workspace?.close()
    server?.close()
  })

  const faultsOf = async (instruments: readonly object[]): Promise<string[]> => {
    writeFileSync(workspace.path('infra/test.tfvars.json'), JSON.stringify({ instruments }))
    const printed = await workspace.evaluate('jsonencode(local.instrument_faults)', '-var-file=test.tfvars.json')
    return JSON.parse(JSON.parse(printed) as string) as string[]
  }

  test(
    'Terraform finds a fault in each row that the program refuses, and in no other',
    async () => {
      const faults = await faultsOf(ROWS)
      const faultsOfRow = (index: number) =>
        faults.filter((fault) => fault.startsWith(`row ${index + 1},`) && !fault.endsWith('listed once'))
      for (const [index, row] of ROWS.entries()) {
        expect(faultsOfRow(index).length === 0, JSON.stringify([row, faultsOfRow(index)])).toBe(isAccepted(row))
      }
    },
    MINUTES,
  )

  test(
    'a list may have 1,000 rows, and each symbol once',
    async () => {
      const rows = Array.from({ length: INSTRUMENTS_MAX }, (_, n) => ({ ...good, symbol: `S${n}` }))
      expect(await faultsOf(rows)).toEqual([])
      expect(await faultsOf([...rows, good])).toEqual(['1001 rows: an exchange has at most 1,000 instruments'])
      expect(await faultsOf([good, { ...good, symbol: 'ETHUSD' }, good])).toEqual([
        'row 3, BTCUSD: symbol must be listed once',
      ])
      expect(await faultsOf([])).toEqual([])
    },
    MINUTES,
  )

  test(
    'a plan with a wrong row fails and names the row',
    async () => {
      const instruments = JSON.stringify([good, { ...good, symbol: 'ETHUSD', tickSize: '0,01' }])
      await expect(planOf(workspace, { instruments })).rejects.toThrow('row 2, ETHUSD: tickSize must be')
    },
    MINUTES,
  )
})

if (missing.terraform !== undefined) test.skip(`seed instruments: ${missing.terraform}`, () => {})
