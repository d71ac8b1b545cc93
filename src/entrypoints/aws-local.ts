#!/usr/bin/env node
/** `npm run aws:local`: the AWS runtime on this machine, for engineers who deploy or change it. */

import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CREDENTIALS } from './aws-local/emulators.ts'
import { type LocalStack, startLocalStack } from './aws-local/local-stack.ts'
import { RedisMissing } from './aws-local/redis-server.ts'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from './options.ts'
import { screenFiles } from './server/screen-files.ts'

const OPTIONS: readonly Option[] = [
  {
    flag: 'port',
    value: 'N',
    variable: 'EXCHANGE_PORT',
    byDefault: '3000',
    help: 'port of the REST API; 0 takes a free one',
  },
  { flag: 'no-market-data', help: 'without the WebSocket, as the Terraform variable market_data = false' },
  { flag: 'heartbeat', value: 'SECONDS', byDefault: '60', help: 'seconds between the ticks that let orders expire' },
  {
    flag: 'kinesis-limits',
    help: 'refuses reads of the streams as the service does, and polls once a second as Lambda does',
  },
  {
    flag: 'lake',
    value: 'DIR',
    help: "writes the data lake into this folder, for 'bidding-exchange query --lake DIR'",
  },
  { flag: 'logs', value: 'FILE', help: 'appends all that the functions write; without it only warnings are shown' },
  {
    flag: 'bundles',
    value: 'DIR',
    help: "where 'npm run bundle -- --out DIR' has put the functions; else dist-lambda",
  },
  { flag: 'json', help: 'prints one line of JSON with all endpoints when ready' },
]

const HELP = `Usage: npm run aws:local -- [options]

Runs the functions of the AWS runtime, bundled as they are deployed, against a Kinesis, a DynamoDB and
an S3 emulator, a simulated API Gateway and a real redis-server, with the same REST API and the same
WebSocket as 'npm start'. Nothing is kept, except the files of --lake.

Options:
${describeOptions(OPTIONS)}

Examples:
  npm run aws:local
  npm run aws:local -- --port 8080 --logs functions.log

Exit code: 0 stopped, 1 failed, 2 wrong usage.`

async function main(argv: string[]): Promise<number> {
  const { values, givenBy, help, rest } = readOptions(argv, OPTIONS)
  if (help) {
    console.log(HELP)
    return 0
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
  const port = wholeNumber(givenBy.port, values.port, 0, 65_535)
  const heartbeatMs = wholeNumber(givenBy.heartbeat, values.heartbeat, 1, 3_600) * 1000
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve()
        // A second signal does not wait.
        process.once(signal, () => process.exit(1))
      })
    }
  })
  const stack = await startLocalStack({
    port,
    heartbeatMs,
    marketData: values['no-market-data'] === undefined,
    kinesisLimits: values['kinesis-limits'] !== undefined,
    ...(values.lake !== undefined && { lakeFolder: values.lake }),
    logLevel: values.logs === undefined ? 'WARN' : 'DEBUG',
    site: screenFiles(),
    bundles: values.bundles ?? fileURLToPath(new URL('../../dist-lambda', import.meta.url)),
    onLine: (functionName, line) => {
      if (values.logs !== undefined) appendFileSync(values.logs, `${line}\n`)
      else if (!line.includes('"_aws"')) console.error(`${functionName}: ${line}`)
    },
  })
  console.log(values.json === undefined ? banner(stack) : JSON.stringify(endpointsOf(stack)))
  await stopped
  await stack.close()
  return 0
}

const endpointsOf = ({ url, socketUrl, emulators: { kinesis, dynamodb, s3, redis, secrets } }: LocalStack) => ({
  url,
  ...(socketUrl !== undefined && { socket: socketUrl }),
  kinesis,
  dynamodb,
  s3,
  redis,
  secrets,
})

function banner(stack: LocalStack): string {
  const { url, socket, kinesis, dynamodb, s3, redis, secrets } = endpointsOf(stack)
  return `
  Bidding Exchange, AWS runtime

  ${socket === undefined ? '' : `Screen    ${url}/\n  `}API       ${url}/orders${socket === undefined ? '' : `\n  Socket    ${socket}`}
  Kinesis   ${kinesis}
  DynamoDB  ${dynamodb}
  S3        ${s3}
  Redis     ${redis}
  Secrets   ${secrets}

  export AWS_ACCESS_KEY_ID=${CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${CREDENTIALS.secretAccessKey} AWS_REGION=local AWS_DEFAULT_REGION=local
  aws dynamodb scan --table-name Orders --limit 10 --endpoint-url ${dynamodb}

  Ctrl-C stops it.
`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (cause) {
  if (cause instanceof UsageError) {
    console.error(`aws-local: ${cause.message}\nTry: npm run aws:local -- --help`)
    process.exitCode = 2
  } else {
    const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
    const known = cause instanceof RedisMissing || taken
    console.error(
      `aws-local: ${taken ? 'the port is taken; choose another with --port' : known ? (cause as Error).message : cause}`,
    )
    process.exitCode = 1
  }
}
