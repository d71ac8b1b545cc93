/** `npm run soak`: reads the options, prints the table, and fails if something was lost. */

import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { attackers } from '../../test/attack/attackers.ts'
import { thisMachine } from '../machine.ts'
import { type SoakRow, soak } from './soak.ts'

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  minutes: { type: 'string', default: '5' },
  seconds: { type: 'string' },
  attack: { type: 'string', multiple: true },
} as const

const NAMES = attackers().map(({ name }) => name)

const USAGE = `Usage: npm run soak -- [options]

Runs the real exchange with honest clients, first quiet, then beside one attacker after another. Each exchange is
killed once and started again. Prints how long the honest clients waited, and whether an acknowledged order is lost.

  --minutes N      of the whole run (default 5)
  --seconds N      of each row, instead
  --attack TEXT    only the attackers whose name contains this text; may be given again
  --json           print one object

Attackers:
${NAMES.map((name) => `  ${name}`).join('\n')}

Exit code: 0 nothing is lost and everything agrees, 1 something is lost or differs, 2 wrong usage.`

function readWords() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (cause) {
    console.error(`soak: ${(cause as Error).message.split(/\.\s/)[0]}\n\n${USAGE}`)
    process.exit(2)
  }
}

const values = readWords()
const chosen = attackers().filter(({ name }) => (values.attack ?? ['']).some((text) => name.includes(text)))
const seconds =
  values.seconds === undefined ? (60 * Number(values.minutes)) / (chosen.length + 1) : Number(values.seconds)
if (values.help) {
  console.log(USAGE)
} else if (chosen.length === 0 || !(seconds > 0)) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  const loadBefore = loadavg()[0]
  const rows = await soak(chosen, seconds, (row) => {
    if (!values.json) console.log(lineOf(row))
  })
  const { cpu, cores, node } = thisMachine()
  const machine = { cpu, cores, node, load: loadBefore, date: new Date().toISOString() }
  if (values.json) console.log(JSON.stringify({ machine, seconds, rows }))
  else console.log(`\n${cpu}, ${cores} cores, Node ${node}, load before ${loadBefore.toFixed(1)}, ${machine.date}`)
  process.exitCode = rows.some((row) => row.lost > 0 || row.faults.length > 0) ? 1 : 0
}

function lineOf(row: SoakRow): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`
  const { used, waitedFor, attacker } = row.processors
  const errors = Object.entries(row.errors).map(([error, count]) => `${count} × ${error.trim()}`)
  return [
    row.attack,
    `POST /orders p50 ${ms(row.postP50Ms)}, p99 ${ms(row.postP99Ms)}`,
    `GET /book p50 ${ms(row.bookP50Ms)}, p99 ${ms(row.bookP99Ms)}`,
    `p99 ${row.ratio.toFixed(1)} × quiet`,
    `errors ${errors.join(', ') || 0}`,
    `longest turn of the edge ${ms(row.edgeTurnMaxMs)}`,
    `processors: exchange ${used.toFixed(2)} and waited for ${waitedFor.toFixed(2)}, attacker ${attacker.toFixed(2)}`,
    `memory ${row.memoryMaxMb.toFixed(0)} MB`,
    `restart ${ms(row.restartMs)}`,
    `${row.orders} orders, ${row.lost} lost`,
    row.faults.length === 0 ? 'verified' : `FAULTS ${row.faults.slice(0, 5).join('; ')}`,
  ].join('\n    ')
}
