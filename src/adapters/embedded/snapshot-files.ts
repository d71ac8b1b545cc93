/**
 * Snapshots as files, named by position, each with a checksum in front. A file is written under another name,
 * synced and renamed, so that a named file is always complete. The last two are kept, and the last one at or before the
 * position of a fold that is behind. A file is read and written in pieces: one call of Node takes less than 2 GiB, and
 * matching waits for no more than one piece. A file that does not fit in memory is skipped.
 */

import { constants } from 'node:buffer'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsync,
  mkdirSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  write,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from '../../ports/snapshot-store.ts'
import { openReserved } from './reserved-descriptors.ts'
import { syncDirectory } from './sync-directory.ts'

/** The disk takes time in proportion to the open orders. Matching continues meanwhile. */
const writeTo = promisify(write)
const sync = promisify(fsync)

async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await writeTo(fd, bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

const KEPT = 2
const SUFFIX = '.snapshot'
const PART = `${SUFFIX}.part`
const CHECKSUM_BYTES = 4

/** Bytes of one read, write or checksum. The checksum of a piece takes 1 ms, and other work may follow it. */
const PIECE_BYTES = 1024 * 1024

export class SnapshotFiles implements SnapshotStore {
  private readonly directory: string
  private readonly pieceBytes: number
  private readonly bytesMax: number
  /** The position of a fold of events that may need a snapshot to continue. undefined: there is none. */
  needed: () => Position | undefined = () => undefined

  constructor(directory: string, { pieceBytes = PIECE_BYTES, bytesMax = constants.MAX_LENGTH } = {}) {
    this.directory = directory
    this.pieceBytes = pieceBytes
    this.bytesMax = bytesMax
  }

  async save(snapshot: Snapshot): Promise<void> {
    if (mkdirSync(this.directory, { recursive: true, mode: 0o700 }) !== undefined)
      syncDirectory(dirname(this.directory))
    const path = join(this.directory, snapshot.position + SUFFIX)
    const fd = openReserved(`${path}.part`, 'w', 0o600)
    try {
      let checksum = 0
      for (let at = 0; at < snapshot.bytes.length; at += this.pieceBytes) {
        const piece = snapshot.bytes.subarray(at, at + this.pieceBytes)
        checksum = crc32(piece, checksum)
        await writeAll(fd, piece, CHECKSUM_BYTES + at)
      }
      const first = Buffer.alloc(CHECKSUM_BYTES)
      first.writeUInt32LE(checksum)
      await writeAll(fd, first, 0)
      await sync(fd)
    } catch (cause) {
      // On a full disk a part of a snapshot would take the place of the log.
      rmSync(`${path}.part`, { force: true })
      throw cause
    } finally {
      closeSync(fd)
    }
    renameSync(`${path}.part`, path)
    syncDirectory(this.directory)
    for (const old of this.outdated()) rmSync(join(this.directory, old + SUFFIX), { force: true })
  }

  async latest(position: Position): Promise<Snapshot | undefined> {
    for (const candidate of this.positions()) {
      if (candidate > position) continue
      const bytes = this.read(join(this.directory, candidate + SUFFIX))
      if (bytes !== undefined) return { position: candidate, bytes }
    }
    return undefined
  }

  /** The content of a file; undefined if it is damaged, too large, or on a bad part of the disk. */
  private read(path: string): Uint8Array | undefined {
    const fd = openReserved(path, 'r')
    try {
      const length = fstatSync(fd).size - CHECKSUM_BYTES
      if (length < 0 || length > this.bytesMax) return undefined
      const checksum = Buffer.alloc(CHECKSUM_BYTES)
      readSync(fd, checksum)
      const bytes = Buffer.allocUnsafeSlow(length)
      for (let done = 0; done < length; ) {
        const read = readSync(fd, bytes, done, Math.min(this.pieceBytes, length - done), null)
        if (read === 0) return undefined
        done += read
      }
      return checksum.readUInt32LE() === this.checksumOf(bytes) ? bytes : undefined
    } catch {
      return undefined
    } finally {
      closeSync(fd)
    }
  }

  private checksumOf(bytes: Uint8Array): number {
    let checksum = 0
    for (let at = 0; at < bytes.length; at += this.pieceBytes) {
      checksum = crc32(bytes.subarray(at, at + this.pieceBytes), checksum)
    }
    return checksum
  }

  /** The position of the newest snapshot, complete or not. */
  newest(): Position {
    return this.positions()[0] ?? BEGINNING
  }

  /** The newest snapshot, complete or not, and when it was saved. undefined: there is none. */
  newestFile(): { readonly commands: number; readonly bytes: number; readonly savedAtMs: number } | undefined {
    const [position] = this.positions()
    if (position === undefined) return undefined
    const { size, mtimeMs } = statSync(join(this.directory, position + SUFFIX))
    return { commands: Number(position), bytes: size - CHECKSUM_BYTES, savedAtMs: mtimeMs }
  }

  /** Removes what an interrupted {@link save} left. */
  removeUnfinished(): void {
    for (const name of this.names()) if (name.endsWith(PART)) rmSync(join(this.directory, name), { force: true })
  }

  private outdated(): Position[] {
    const needed = this.needed()
    const positions = this.positions()
    const kept = needed === undefined ? undefined : positions.find((position) => position <= needed)
    return positions.slice(KEPT).filter((position) => position !== kept)
  }

  /** Newest first. */
  private positions(): Position[] {
    return this.names()
      .filter((name) => /^\d+\.snapshot$/.test(name))
      .map((name) => name.slice(0, -SUFFIX.length))
      .sort()
      .reverse()
  }

  private names(): string[] {
    return existsSync(this.directory) ? readdirSync(this.directory) : []
  }
}
