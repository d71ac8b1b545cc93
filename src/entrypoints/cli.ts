#!/usr/bin/env node
/** The command line: finds the command and runs it. Each command loads only its own modules. */

import { tooFewDescriptors } from './descriptor-limit.ts'

const COMMANDS: Record<string, { summary: string; load: () => Promise<(argv: string[]) => Promise<number>> }> = {
  start: {
    summary: 'run the exchange',
    load: async () => (await import('./commands/start.ts')).start,
  },
  admin: {
    summary: 'control a running exchange: instruments, phases, price bands, rules',
    load: async () => (await import('./commands/admin.ts')).admin,
  },
  status: {
    summary: 'show the health of a running exchange, once or all the time',
    load: async () => (await import('./commands/status.ts')).status,
  },
  replay: {
    summary: 'feed a file of real order events through an exchange',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  verify: {
    summary: 'verify the stored records of a data directory against its order log',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  query: {
    summary: 'SQL and reports over the orders and trades of the data lake',
    load: async () => (await import('./commands/query.ts')).query,
  },
  export: {
    summary: 'write orders or trades of the data lake to a Parquet or CSV file',
    load: async () => (await import('./commands/export.ts')).exportRows,
  },
  'engine-bench': {
    summary: 'run a binary file of commands through the matching engine',
    load: async () => (await import('./commands/engine-bench.ts')).runEngineBench,
  },
}

const USAGE = `Usage: bidding-exchange COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`)
  .join('\n')}

'bidding-exchange COMMAND --help' lists the options of a command.`

async function main([name, ...argv]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    console.log(USAGE)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    const { programVersion } = await import('./program-version.ts')
    console.log(programVersion())
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    console.error(`bidding-exchange: no command ${JSON.stringify(name)}\n\n${USAGE}`)
    return 2
  }
  const refused = tooFewDescriptors()
  if (refused !== undefined) {
    console.error(`bidding-exchange: ${refused}`)
    return 1
  }
  return (await command.load())(argv)
}

process.exitCode = await main(process.argv.slice(2))
