/** Makes the names in a directory durable. Without it a new file may be missing after a power cut. */

import { closeSync, fsyncSync } from 'node:fs'
import { openReserved } from './reserved-descriptors.ts'

export function syncDirectory(path: string): void {
  const fd = openReserved(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
