// Bundles the Lambda functions: dist-lambda/NAME/index.mjs, its source map beside it, and NAME.zip for
// Terraform, without the map. The bundle contains every dependency, also the SDK. The SDK of the runtime
// changes without notice, and a function must run the code that was tested. Prints sizes and load times,
// unless --quiet is given. --out DIR writes to another folder.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { zip } from './zip.mjs'

const NAMES = ['ingest', 'matcher', 'query', 'connect', 'message', 'disconnect', 'notifier', 'lake']
const KB_MAX = { code: 1024, zip: 300 }
const ROUNDS = 5

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { quiet: { type: 'boolean' }, out: { type: 'string' } } })
const { quiet = false, out = `${root}dist-lambda` } = values

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
// Runs a bundle as a separate process, for the local runtime.
await build({
  entryPoints: [`${root}src/entrypoints/aws-local/lambda-process.ts`],
  outfile: `${out}/lambda-process.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
})
const rows = []
for (const name of NAMES) {
  await build({
    entryPoints: [`${root}src/entrypoints/lambda/${name}.ts`],
    outfile: `${out}/${name}/index.mjs`,
    bundle: true,
    minify: true,
    keepNames: false,
    sourcemap: 'linked',
    sourcesContent: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    alias: { '@aws-sdk/credential-provider-node': `${root}scripts/environment-credentials.mjs` },
    // CommonJS modules load Node's own modules with require.
    banner: {
      js: "import{createRequire as requireOfNode}from'node:module';const require=requireOfNode(import.meta.url);",
    },
    logLevel: 'warning',
  })
  const code = readFileSync(`${out}/${name}/index.mjs`)
  const archive = zip([['index.mjs', code]])
  writeFileSync(`${out}/${name}.zip`, archive)
  rows.push({ name, code: code.length, zip: archive.length })
}
if (!quiet) {
  console.log('function   minified     zipped    load')
  for (const row of rows) {
    const loadMs = medianLoadMs(row.name)
    const size = (bytes) => `${(bytes / 1024).toFixed(0)} KB`.padStart(9)
    console.log(`${row.name.padEnd(9)}${size(row.code)}  ${size(row.zip)}  ${loadMs.toFixed(0).padStart(4)} ms`)
  }
}
for (const row of rows) {
  if (row.code > KB_MAX.code * 1024 || row.zip > KB_MAX.zip * 1024) {
    console.error(`${row.name} is larger than ${KB_MAX.code} KB, or ${KB_MAX.zip} KB zipped`)
    process.exitCode = 1
  }
}

/** Each load runs in a new process with an invented environment. Nothing is called. */
function medianLoadMs(name) {
  const program = `const t=performance.now();await import(${JSON.stringify(`${out}/${name}/index.mjs`)});console.log(performance.now()-t);process.exit()`
  const variables = [
    'ORDERS_STREAM',
    'TRADES_STREAM',
    'ORDERS_TABLE',
    'ORDER_LISTS_TABLE',
    'TRADES_TABLE',
    'POSITIONS_TABLE',
    'INSTRUMENTS_TABLE',
    'SNAPSHOT_BUCKET',
    'DEAD_LETTER_BUCKET',
    'EVENTS_STREAM',
    'CONNECTIONS_TABLE',
    'CANDLES_TABLE',
    'FILLS_TABLE',
    'QUERY_FUNCTION',
  ]
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'local',
    REDIS_URL: 'redis://127.0.0.1:1',
    SOCKET_ENDPOINT: 'http://127.0.0.1:1',
    ...Object.fromEntries(variables.map((variable) => [variable, 'x'])),
  }
  const times = Array.from({ length: ROUNDS }, () =>
    Number(
      execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .toString()
        .trim()
        .split('\n')
        .at(-1),
    ),
  )
  return times.sort((a, b) => a - b)[ROUNDS >> 1]
}
