/** Reads `lake.json` of a folder, and notices that it was lost. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LAKE_TABLES } from '../../../lake/lake-columns.ts'
import { lakeRangeOf } from '../../../lake/lake-files.ts'
import {
  DamagedLake,
  decodePosition,
  EMPTY_LAKE,
  LAKE_POSITION,
  type LakePosition,
} from '../../../lake/lake-position.ts'
import { readIfPresent } from '../open-if-present.ts'
import { listDays } from './lake-days.ts'

/**
 * The position of the lake in a folder. A lake that was never committed has none, and its files begin at the start of
 * the log. If a file begins later, the position was lost: the lake is left alone, because its rows may be the only copy.
 * Throws UnknownVersion and {@link DamagedLake}.
 */
export function storedPosition(root: string): LakePosition {
  const stored = readIfPresent(join(root, LAKE_POSITION))
  if (stored !== undefined) return decodePosition(stored)
  const names = LAKE_TABLES.flatMap((table) => listDays(join(root, table)).flatMap(({ path }) => readdirSync(path)))
  if (names.every((name) => (lakeRangeOf(name)?.from ?? 0) === 0)) return EMPTY_LAKE
  throw new DamagedLake(`${LAKE_POSITION} is missing, but there are files of rows`)
}
