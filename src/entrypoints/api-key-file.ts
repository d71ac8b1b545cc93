/** API keys as a JSON file: which account a key speaks for. Keys stand there as SHA-256 only. */

import { readFileSync } from 'node:fs'
import { type ApiKeyRow, ApiKeys } from '../entry/api-keys.ts'
import { UsageError } from './options.ts'

/** Knows callers by the keys of a file. Throws {@link UsageError} with what is wrong. */
export function readApiKeys(path: string): ApiKeys {
  let rows: unknown
  try {
    rows = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new UsageError(`--api-keys ${path}: ${(cause as Error).message}`)
  }
  const whole =
    Array.isArray(rows) &&
    rows.length > 0 &&
    rows.every(
      (row) =>
        typeof row?.account === 'string' &&
        typeof row.keySha256 === 'string' &&
        (row.operator === undefined || typeof row.operator === 'boolean'),
    )
  if (!whole) throw new UsageError(`--api-keys ${path}: expected a JSON array of {account, keySha256, operator?}`)
  try {
    return new ApiKeys(rows as ApiKeyRow[])
  } catch (cause) {
    throw new UsageError(`--api-keys ${path}: ${(cause as Error).message}`)
  }
}
