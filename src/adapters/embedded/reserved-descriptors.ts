/**
 * File descriptors that are held open, so that the order log and the snapshots can open a file after connections
 * have used up the limit of the process (`ulimit -n`). One is closed to make room for a file, and opened again when
 * that is possible.
 */

import { closeSync, openSync } from 'node:fs'

/** The next segment, its directory, a snapshot and its directory. */
const RESERVED = 4
const reserved: number[] = []

/** Whether the process or the machine has no more descriptors. */
export const isOutOfDescriptors = (cause: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes((cause as NodeJS.ErrnoException)?.code ?? '')

/** Opens the reserve, as far as the limit allows it. */
export function reserveDescriptors(): void {
  try {
    while (reserved.length < RESERVED) reserved.push(openSync('/dev/null', 'r'))
  } catch (cause) {
    if (!isOutOfDescriptors(cause)) throw cause
  }
}

/** Like `openSync`. Takes a descriptor of the reserve if there is no other. */
export function openReserved(path: string, flags: string, mode?: number): number {
  for (;;) {
    try {
      const fd = openSync(path, flags, mode)
      reserveDescriptors()
      return fd
    } catch (cause) {
      const held = isOutOfDescriptors(cause) ? reserved.pop() : undefined
      if (held === undefined) throw cause
      closeSync(held)
    }
  }
}
