/** `npm run aws:scale`: many instruments on many shards on this machine, compared with the embedded exchange. */

import { runScale } from './scale-command.ts'

process.exitCode = await runScale(process.argv.slice(2), { line: console.log, error: console.error })
