/** Temporary files of a query and of an export. What is left when the process has to end itself is removed here too. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueryFailure } from './query-failure.ts'

const open = new Set<string>()

/** Throws {@link QueryFailure}. */
export function makeTemporaryFolder(): string {
  try {
    const path = mkdtempSync(join(tmpdir(), 'exchange-query-'))
    open.add(path)
    return path
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new QueryFailure(`the folder for temporary files, ${tmpdir()} (TMPDIR), cannot be used: ${code}`, { cause })
  }
}

/** The path of a file that is removed later. */
export function temporaryFile(path: string): string {
  open.add(path)
  return path
}

export function removeTemporary(path: string): void {
  open.delete(path)
  rmSync(path, { recursive: true, force: true })
}

/** Those that are not removed yet. */
export function removeTemporaries(): void {
  for (const path of open) removeTemporary(path)
}
