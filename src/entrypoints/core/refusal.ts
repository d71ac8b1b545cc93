/**
 * Whether the user can repair the cause of a failed start, and its message then. Any other cause is a fault of the
 * program and keeps its stack trace.
 */

import { getSystemErrorName } from 'node:util'
import { fileFailure, UnusableDirectory } from '../../adapters/embedded/data-directory.ts'
import { DirectoryInUse } from '../../adapters/embedded/directory-lock.ts'
import { DamagedLog } from '../../adapters/embedded/log/segment-frames.ts'
import { DamagedRecords } from '../../adapters/embedded/records/records-file.ts'
import { StreamTruncated } from '../../ports/order-stream.ts'
import { UnknownCommand } from '../../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { UnknownVersion } from '../../protocol/versions.ts'

const REPAIRABLE = [
  DirectoryInUse,
  UnusableDirectory,
  DamagedLog,
  DamagedRecords,
  StreamTruncated,
  UnknownCommand,
  UnknownVersion,
  OperationalFailure,
]

export interface Refusal {
  readonly name: string
  readonly message: string
}

export function refusalOf(cause: unknown, dataPath: string): Refusal | undefined {
  if (!(cause instanceof Error)) return undefined
  if (REPAIRABLE.some((kind) => cause instanceof kind)) return cause
  if (cause.message.startsWith('MDB_')) {
    return { name: 'UnusableDirectory', message: `the records in ${dataPath} cannot be used: ${cause.message}` }
  }
  const code = systemCodeOf(cause)
  if (code === undefined) return undefined
  const path = (cause as NodeJS.ErrnoException).path ?? dataPath
  return { name: 'UnusableDirectory', message: `${path} cannot be used: ${fileFailure(code)}` }
}

/** The name of an error of the operating system. LMDB gives the number of such an error, and Node its name. */
function systemCodeOf(cause: Error): string | undefined {
  const { code, syscall } = cause as { code?: unknown; syscall?: unknown }
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code)
  return syscall === undefined || typeof code !== 'string' ? undefined : code
}
