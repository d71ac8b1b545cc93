/**
 * A link to a file in a directory of this process. A program that writes beside a file that it reads, as LMDB does,
 * then leaves the directory of the file alone.
 */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

export interface PrivateLink {
  readonly path: string
  remove(): void
}

export function privateLink(path: string): PrivateLink {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-read-'))
  const link = join(directory, basename(path))
  symlinkSync(resolve(path), link)
  return { path: link, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
