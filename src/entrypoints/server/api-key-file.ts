/**
 * A JSON file of API keys and their accounts. Whoever can write it can make himself an operator, so only the user of
 * the server may. The file contains keys as SHA-256 only, but secrets, which check signatures, as plain text. So only
 * that user may read a file with a secret. A row with an unknown field is refused, so that a misspelled field is
 * noticed.
 */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { isDemoAccount } from '../../demo-market/demo-accounts.ts'
import { type ApiKeyRow, ApiKeys } from '../../entry/api-keys.ts'
import { UsageError } from '../options.ts'

const FIELDS: Readonly<Record<string, { readonly type: string; readonly required: boolean }>> = {
  account: { type: 'string', required: true },
  keySha256: { type: 'string', required: true },
  operator: { type: 'boolean', required: false },
  name: { type: 'string', required: false },
  secret: { type: 'string', required: false },
}

/** Permission bits of group and others. Windows does not report them. */
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

export interface KeyFile {
  readonly apiKeys: ApiKeys
  /** Reads the file again and returns the number of keys. If it throws, the old keys stay. */
  reload(): number
}

/** Throws {@link UsageError} with the fault of the file; `option` is the option that named the file. */
export function openKeyFile(path: string, option: string): KeyFile {
  const refuse = (reason: string) => new UsageError(`${option} ${path}: ${reason}`)
  const apply = <T>(use: (rows: ApiKeyRow[]) => T): T => {
    const rows = readRows(path, refuse)
    try {
      return use(rows)
    } catch (cause) {
      throw refuse((cause as Error).message)
    }
  }
  const apiKeys = apply((rows) => new ApiKeys(rows))
  const reload = () =>
    apply((rows) => {
      apiKeys.replace(rows)
      return rows.length
    })
  return { apiKeys, reload }
}

function readRows(path: string, refuse: (reason: string) => UsageError): ApiKeyRow[] {
  let text: string
  let mode: number
  try {
    // One descriptor, so that the mode belongs to the file that is read.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = fstatSync(descriptor)
      // Reading a pipe would block the exchange until its writer ends.
      if (!found.isFile()) throw new Error('it is not a regular file')
      mode = found.mode
      text = readFileSync(descriptor, 'utf8')
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    throw refuse((cause as Error).message)
  }
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch {
    // The message of JSON.parse quotes the text, which may contain a secret.
    throw refuse('it is not JSON')
  }
  if (!Array.isArray(rows) || rows.length === 0) {
    throw refuse('expected a JSON array of {account, keySha256, operator?, name?, secret?}')
  }
  rows.forEach((row, i) => {
    const fault = rowFault(row)
    if (fault !== undefined) throw refuse(`row ${i + 1}: ${fault}`)
  })
  if (process.platform === 'win32') return rows as ApiKeyRow[]
  if ((mode & OTHERS_WRITE) !== 0) throw refuse(`others may write it, and so give themselves keys: chmod 600 ${path}`)
  if ((mode & OTHERS) !== 0 && rows.some(({ secret }: ApiKeyRow) => secret !== undefined)) {
    throw refuse(`it contains a secret, and others may read it: chmod 600 ${path}`)
  }
  return rows as ApiKeyRow[]
}

function rowFault(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'expected an object'
  const fields = row as Record<string, unknown>
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(FIELDS, name))
  if (unknown !== undefined) {
    return `there is no field ${JSON.stringify(unknown)}; the fields are ${Object.keys(FIELDS).join(', ')}`
  }
  for (const [name, { type, required }] of Object.entries(FIELDS)) {
    if (fields[name] === undefined ? required : typeof fields[name] !== type) return `${name} must be a ${type}`
  }
  if (isDemoAccount(fields.account as string)) {
    return `${fields.account} is an account of the demo market, which the exchange uses itself; choose another name`
  }
  return undefined
}
