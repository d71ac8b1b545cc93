// A real exchange for the scripts that make pictures: on a free port, with its own data directory. Needs a build.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = join(fileURLToPath(new URL('..', import.meta.url)), 'dist/entrypoints/cli.js')

/** Resolves with its URL and its process, which the caller ends, when it listens. `words`: further options. */
export async function startExchange(data, words = []) {
  const options = ['start', '--port', '0', '--data', data, '--log-level', 'warn', ...words]
  const child = spawn(process.execPath, [CLI, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise((resolve, reject) => {
    let output = ''
    child.once('exit', (code) => reject(new Error(`the exchange ended with ${code}`)))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const found = /API +(http:\/\/\S+)\/orders/.exec(output)
      if (found !== null) resolve(found[1])
    })
  })
  return { child, url }
}
