/** Opens or reads a file that may be absent. */

import { openSync, readFileSync } from 'node:fs'

/** undefined: the file does not exist. Throws any other error of the file system. */
export const openIfPresent = (path: string): number | undefined => ifPresent(() => openSync(path, 'r'))

/** The same for its content. */
export const readIfPresent = (path: string): Uint8Array | undefined => ifPresent(() => readFileSync(path))

function ifPresent<R>(call: () => R): R | undefined {
  try {
    return call()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
