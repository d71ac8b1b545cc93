/** A directory of a test, removed when the test ends. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'exchange-test-'))
  onTestFinished(() => removeDirectory(path))
  return path
}

/** A process that has just been killed, or ends with the file, may write meanwhile. */
export const removeDirectory = (path: string): void =>
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
