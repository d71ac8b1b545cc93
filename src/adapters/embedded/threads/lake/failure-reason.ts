/**
 * What `/health` says of a lake that cannot be written. It is read without a key, so it names no path of the machine,
 * as messages of the file system do. The log has the whole message.
 */

import { DamagedLake } from '../../../../lake/lake-position.ts'
import { UnknownVersion } from '../../../../protocol/versions.ts'
import { fileFailure } from '../../data-directory.ts'
import { LakeMoved } from '../../lake/lake-folder.ts'
import { LostEvents } from '../../lake/lake-writer.ts'

/** Errors of the lake itself. Those that stop it name no file, or its path within the lake. */
const OWN = [UnknownVersion, DamagedLake, LakeMoved, LostEvents]

/** A part of a sentence. */
export function failureReason(cause: unknown): string {
  if (OWN.some((own) => cause instanceof own)) return (cause as Error).message
  const code = systemCode(cause)
  return code === undefined ? 'the log of the process has the reason' : fileFailure(code)
}

/** The error code of Node or of the operating system. */
export const systemCode = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException)?.code
