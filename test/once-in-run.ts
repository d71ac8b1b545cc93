/**
 * What several test files need and what is the same for all of them in one run: it is made by the first file that
 * asks. Two files that ask at the same time may both make it; the first result stays.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Returns the folder that `make` has filled. Nobody writes to it later; build-once.ts removes it after the run. */
function onceInRun(name: string, make: (folder: string) => void): string {
  const run = process.env.FOLDER_OF_TEST_RUN
  if (run === undefined) throw new Error('build-once.ts has not run')
  const shared = join(run, name)
  if (existsSync(shared)) return shared
  const made = mkdtempSync(join(run, `${name}-`))
  make(made)
  try {
    renameSync(made, shared)
  } catch (error) {
    if (!existsSync(shared)) throw error
    rmSync(made, { recursive: true })
  }
  return shared
}

const node = (...words: string[]) =>
  execFileSync(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })

/** The bundles of the functions, from the present sources: five seconds of the processor, for nine files. */
export const bundled = (): string =>
  onceInRun('bundles', (folder) => node('scripts/bundle.mjs', '--quiet', '--out', folder))

/** Compiles the benchmarks into dist-bench. The folder of the run only remembers it. */
export function compileBench(): void {
  onceInRun('bench', () => node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json'))
}
