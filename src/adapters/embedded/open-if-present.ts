/** Opens a file for reading. */

import { openSync } from 'node:fs'

/** undefined: the file does not exist. Throws any other error of the file system. */
export function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
