/**
 * Builds dist and the trading screen before the first test if one is missing or older than its sources. Makes the
 * folder in which the files of one run share what they build (test/once-in-run.ts), with the bundled program, and
 * removes it after the last test.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from './bundled-program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export async function setup(): Promise<() => void> {
  // Another project of the same run has done it.
  if (process.env.FOLDER_OF_TEST_RUN !== undefined) return () => {}
  if (isOlder('dist/.tsbuildinfo', 'src') || isOlder('dist/.screen-inputs', 'web'))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  const shared = mkdtempSync(join(tmpdir(), 'exchange-run-'))
  process.env.FOLDER_OF_TEST_RUN = shared
  process.env.PROGRAM_OF_TEST_RUN = await bundleProgram(shared)
  return () => rmSync(shared, { recursive: true, force: true })
}

/** Whether a file is missing or older than any file of a folder. */
function isOlder(made: string, folder: string): boolean {
  const madeMs = statSync(join(root, made), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return sources.some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > madeMs)
}
