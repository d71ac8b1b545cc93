/** `npm run aws:chaos`: the AWS runtime on this machine under load and faults, compared with the embedded exchange. */

import { CHAOS } from './chaos-command.ts'
import { runCommand } from './run-command.ts'

process.exitCode = await runCommand(CHAOS, process.argv.slice(2), { line: console.log, error: console.error })
