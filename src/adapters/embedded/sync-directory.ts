/** Makes the names in a directory durable. Without it a new file may be missing after a power cut. */

import { closeSync, fsyncSync, openSync } from 'node:fs'

export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
