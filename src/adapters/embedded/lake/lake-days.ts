/** The folders of a table's days: `year=2026/month=11/day=26`. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A day under this name is being deleted. Readers do not see it, because it is not in a folder of a year. */
export const REMOVED = '.removed-'

export interface LakeDay {
  readonly path: string
  /** `2026-11-26`. */
  readonly day: string
}

const LEVELS = [/^year=(\d{4})$/, /^month=(\d{2})$/, /^day=(\d{2})$/]

/** The days of a table, in any order. */
export function listDays(table: string): LakeDay[] {
  let found: { path: string; parts: string[] }[] = existsSync(table) ? [{ path: table, parts: [] }] : []
  for (const level of LEVELS) {
    found = found.flatMap(({ path, parts }) =>
      readdirSync(path).flatMap((name) => {
        const part = level.exec(name)
        return part === null ? [] : [{ path: join(path, name), parts: [...parts, part[1]] }]
      }),
    )
  }
  return found.map(({ path, parts }) => ({ path, day: parts.join('-') }))
}
