/** `npm run aws:scale`: many instruments on many shards on this machine, compared with the embedded exchange. */

import { runCommand } from './run-command.ts'
import { SCALE } from './scale-command.ts'

process.exitCode = await runCommand(SCALE, process.argv.slice(2), { line: console.log, error: console.error })
