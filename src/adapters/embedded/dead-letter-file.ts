/**
 * Stores lines of the order log that are not commands in a file of JSON lines, so that an operator can examine
 * them: `position` in the log, `error` and `line`. The exchange only appends, and each position once, although it
 * may read the same part of the log at every start. A line without `version` has version 1. A file with a newer
 * line is refused.
 */

import { appendFileSync, closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import type { MalformedLine } from '../../ports/order-stream.ts'
import { RULES_FIRST, UnknownVersion } from '../../protocol/versions.ts'

/** Later lines are never older than the first, so the first line has the version of the file. */
const FIRST_BYTES = 256

export class DeadLetterFile {
  private readonly path: string

  /** Creates nothing. Throws UnknownVersion. */
  constructor(path: string) {
    this.path = path
    if (!existsSync(path)) return
    const version = /^\{"version":(\d+)/.exec(beginningOf(path))
    if (version !== null && Number(version[1]) !== RULES_FIRST) {
      throw new UnknownVersion(`the file of dead letters ${path}`, Number(version[1]), RULES_FIRST)
    }
  }

  /** Appends the lines whose position the file does not have, and returns them. */
  keep(lines: readonly MalformedLine[]): MalformedLine[] {
    if (lines.length === 0) return []
    const stored = existsSync(this.path) ? readFileSync(this.path, 'utf8') : ''
    const known = new Set([...stored.matchAll(/^\{"position":"(\d+)"/gm)].map(([, position]) => position))
    const added = lines.filter(({ position }) => !known.has(position))
    // After a crash the last line may be cut off.
    const begin = stored === '' || stored.endsWith('\n') ? '' : '\n'
    const text = added.map(({ position, error, line }) => `${JSON.stringify({ position, error, line })}\n`).join('')
    if (added.length > 0) appendFileSync(this.path, begin + text, { mode: 0o600 })
    return added
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
