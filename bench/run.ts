/**
 * `npm run bench -- NAME [--json] [--tiny] [--rounds N] [--seconds N] [--every N]`: runs one benchmark and
 * prints its tables, or one JSON object. Measure on a quiet machine; ratios within one run are what counts.
 */

import { parseArgs } from 'node:util'

const NAMES = ['engine', 'http', 'mutation', 'redis']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    every: { type: 'string', default: '1' },
  },
})
const [name] = positionals
const rounds = Number(values.rounds)
if (!NAMES.includes(name) || !(rounds >= 1)) {
  console.error(`Usage: npm run bench -- ${NAMES.join('|')} [--json] [--tiny] [--rounds N] [--seconds N] [--every N]`)
  process.exitCode = 2
} else if (name === 'engine') {
  const { benchEngine, formatEngineReport } = await import('./engine.ts')
  const report = await benchEngine({ tiny: values.tiny, rounds: values.tiny ? 2 : rounds })
  console.log(values.json ? JSON.stringify(report) : formatEngineReport(report))
} else if (name === 'redis') {
  const { benchRedis } = await import('./redis.ts')
  const rows = await benchRedis(values.tiny ? { rounds: 1, commands: 2_000 } : { rounds, commands: 200_000 })
  if (values.json) console.log(JSON.stringify({ rows }))
  else console.table(rows)
} else if (name === 'mutation') {
  const { benchMutation } = await import('./mutation.ts')
  console.log(JSON.stringify(benchMutation(Number(values.every)), null, 2))
} else {
  const { benchHttp } = await import('./http.ts')
  const rows = await benchHttp({ rounds: values.tiny ? 1 : rounds, seconds: values.tiny ? 1 : Number(values.seconds) })
  if (values.json) console.log(JSON.stringify({ rows }))
  else console.table(rows)
}
