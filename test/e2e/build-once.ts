/** Builds dist and the trading screen before the first test if one is missing or older than its sources. */

import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export function setup(): void {
  if (isOlder('dist/.tsbuildinfo', 'src') || isOlder('dist/.screen-inputs', 'web'))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}

/** Whether a file is missing or older than any file of a folder. */
function isOlder(made: string, folder: string): boolean {
  const madeMs = statSync(join(root, made), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return sources.some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > madeMs)
}
