/**
 * Snapshots as files, named by position, each with a checksum in front. A file is written under another name,
 * synced and renamed, so that a named file is always complete. The last two are kept.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from '../../ports/snapshot-store.ts'
import { openReserved } from './reserved-descriptors.ts'
import { syncDirectory } from './sync-directory.ts'

const KEPT = 2
const SUFFIX = '.snapshot'
const PART = `${SUFFIX}.part`
const CHECKSUM_BYTES = 4

export class SnapshotFiles implements SnapshotStore {
  private readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  async save(snapshot: Snapshot): Promise<void> {
    if (mkdirSync(this.directory, { recursive: true, mode: 0o700 }) !== undefined)
      syncDirectory(dirname(this.directory))
    const path = join(this.directory, snapshot.position + SUFFIX)
    const checksum = Buffer.alloc(CHECKSUM_BYTES)
    checksum.writeUInt32LE(crc32(snapshot.bytes))
    const fd = openReserved(`${path}.part`, 'w', 0o600)
    try {
      writeSync(fd, checksum)
      for (let done = 0; done < snapshot.bytes.length; ) done += writeSync(fd, snapshot.bytes, done)
      fsyncSync(fd)
    } catch (cause) {
      // On a full disk a part of a snapshot would take the place of the log.
      rmSync(`${path}.part`, { force: true })
      throw cause
    } finally {
      closeSync(fd)
    }
    renameSync(`${path}.part`, path)
    syncDirectory(this.directory)
    for (const old of this.positions().slice(KEPT)) rmSync(join(this.directory, old + SUFFIX), { force: true })
  }

  async latest(position: Position): Promise<Snapshot | undefined> {
    for (const candidate of this.positions()) {
      if (candidate > position) continue
      const file = readFileSync(join(this.directory, candidate + SUFFIX))
      const bytes = file.subarray(CHECKSUM_BYTES)
      if (file.length >= CHECKSUM_BYTES && file.readUInt32LE(0) === crc32(bytes)) return { position: candidate, bytes }
    }
    return undefined
  }

  /** The position of the newest snapshot, complete or not. */
  newest(): Position {
    return this.positions()[0] ?? BEGINNING
  }

  /** Removes what an interrupted {@link save} left. */
  removeUnfinished(): void {
    for (const name of this.names()) if (name.endsWith(PART)) rmSync(join(this.directory, name), { force: true })
  }

  /** Newest first. */
  private positions(): Position[] {
    return this.names()
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .sort()
      .reverse()
  }

  private names(): string[] {
    return existsSync(this.directory) ? readdirSync(this.directory) : []
  }
}
