/** `npm run aws:chaos`: the AWS runtime on this machine under load and faults, compared with the embedded exchange. */

import { runChaos } from './command.ts'

process.exitCode = await runChaos(process.argv.slice(2), { line: console.log, error: console.error })
