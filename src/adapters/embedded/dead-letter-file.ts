/**
 * Stores lines of the order log that are not commands in a file of JSON lines, so that an operator can examine
 * them: `error` and `line`. The exchange only appends. A line without `version` has version 1. A file with a newer
 * line is refused.
 */

import { appendFileSync, closeSync, existsSync, openSync, readSync } from 'node:fs'
import { RULES_OLDEST, UnknownVersion } from '../../protocol/versions.ts'

/** Later lines are never older than the first, so the first line has the version of the file. */
const FIRST_BYTES = 256

export class DeadLetterFile {
  private readonly path: string

  /** Creates nothing. Throws UnknownVersion. */
  constructor(path: string) {
    this.path = path
    if (!existsSync(path)) return
    const version = /^\{"version":(\d+)/.exec(beginningOf(path))
    if (version !== null && Number(version[1]) !== RULES_OLDEST) {
      throw new UnknownVersion(`the file of dead letters ${path}`, Number(version[1]), RULES_OLDEST)
    }
  }

  add(line: string, error: string): void {
    appendFileSync(this.path, `${JSON.stringify({ error, line })}\n`)
  }
}

function beginningOf(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(FIRST_BYTES)
    return bytes.toString('utf8', 0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}
