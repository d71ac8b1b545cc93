/**
 * Writes a file so that its name always stands for the whole content: under another name first, synced, then renamed.
 * The caller syncs the directory, once for many files.
 */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '../data-directory.ts'

export const PART = '.part'

/** Bytes that are given to one write. */
const PIECE_BYTES = 4 * 1024 * 1024

/**
 * Returns the bytes of the file. `pieces` are written one after another, so that a large file is never in memory at
 * once. Nothing is left of a file that could not be written, because on a full disk it would take the place of the log.
 */
export function writeDurably(path: string, pieces: Iterable<Uint8Array>): number {
  let bytes = 0
  try {
    const fd = openSync(path + PART, 'w', PRIVATE_FILE)
    try {
      for (const piece of pieces) bytes += writeWhole(fd, piece)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(path + PART, path)
    return bytes
  } catch (cause) {
    rmSync(path + PART, { force: true })
    throw cause
  }
}

function writeWhole(fd: number, bytes: Uint8Array): number {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, Math.min(PIECE_BYTES, bytes.length - done))
  }
  return bytes.length
}

/**
 * Creates a directory with its parents below `root`, which has to be there: if somebody has moved it away, ENOENT, and
 * nothing is created. Adds the directories whose names have to be synced to `changed`.
 */
export function makeDirectoryBelow(root: string, path: string, changed: Set<string>): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== root) makeDirectoryBelow(root, parent, changed)
  mkdirSync(path, { mode: PRIVATE_DIRECTORY })
  changed.add(parent)
}
