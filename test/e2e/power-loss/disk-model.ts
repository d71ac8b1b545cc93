/**
 * A disk that forgets what was not synced. From the traced calls of a process it makes the directory that a power
 * cut at some moment may leave. A write is certain to be on the disk after a sync of its file that began after the
 * write had returned. A name (created, renamed, removed) is certain after a sync of its directory. Of the rest, any
 * sectors may be on the disk, and the changes of names up to some point.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Random } from '../random.ts'
import type { FileCall } from './system-calls.ts'

/**
 * How much of what is not certain the disk keeps. `small writes`: only those of at most a sector, so that a header
 * arrives without the pages that it refers to.
 */
export type Kept = 'nothing' | 'everything' | 'small writes' | Random

/** A disk writes a sector of this size whole or not at all. */
const SECTOR_BYTES = 512

type Named = Extract<FileCall, { kind: 'create' | 'directory' | 'rename' | 'link' | 'remove' }>
type Data = Extract<FileCall, { kind: 'write' | 'truncate' }>

const isNamed = (call: FileCall): call is Named =>
  ['create', 'directory', 'rename', 'link', 'remove'].includes(call.kind)

/** The content of one file. */
class Content {
  private buffer = Buffer.alloc(4_096)
  private length = 0

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  write(at: number, bytes: Uint8Array): void {
    if (this.length < at + bytes.length) this.truncate(at + bytes.length)
    this.buffer.set(bytes, at)
  }

  truncate(length: number): void {
    if (length > this.buffer.length) {
      const larger = Buffer.alloc(length * 2)
      larger.set(this.bytes)
      this.buffer = larger
    }
    this.buffer.fill(0, Math.min(length, this.length), this.length)
    this.length = length
  }
}

/** A directory by the paths in it, in order: a folder comes before what it contains. */
export type Directory = ReadonlyMap<string, Uint8Array | 'directory'>

/** What a power cut just before `calls[cut]` may leave of `source`. */
export function leftAfterCut(calls: readonly FileCall[], cut: number, kept: Kept, source: string): Directory {
  const atTime = calls[cut]?.from ?? Number.POSITIVE_INFINITY
  const started = calls.slice(0, cut)
  const inodes = inodesOf(started)
  const syncs = started.filter((call) => call.kind === 'sync' && call.to <= atTime)
  const isSynced = (call: FileCall): boolean =>
    syncs.some((sync) => sync.from >= call.to && inodes.areOfOneFile(sync, call))
  const isKept = (call: FileCall): boolean => {
    if (kept === 'small writes') return call.kind === 'write' && call.bytes.length <= SECTOR_BYTES
    return typeof kept === 'string' ? kept === 'everything' : kept.chance(0.5)
  }

  // Data, in order of the calls.
  const contents = new Map<number, Content>()
  for (const [index, call] of started.entries()) {
    if (call.kind !== 'write' && call.kind !== 'truncate') continue
    const number = inodes.numberAt(index)
    const content = contents.get(number) ?? new Content()
    contents.set(number, content)
    const certain = (call.kind === 'write' && call.durable && call.to <= atTime) || isSynced(call)
    apply(call, content, certain ? () => true : () => isKept(call))
  }

  // Names: those that are certain, and of the others a beginning.
  const names = new Map<string, number | 'directory'>([[source, 'directory']])
  const changes = [...started.entries()].filter((entry): entry is [number, Named] => isNamed(entry[1]))
  const uncertain = changes.filter(([, call]) => !nameIsSynced(call, syncs))
  const namesKept =
    typeof kept !== 'string' ? kept.below(uncertain.length + 1) : kept === 'nothing' ? 0 : uncertain.length
  const lost = new Set(uncertain.slice(namesKept).map(([index]) => index))
  for (const [index, call] of changes) {
    if (lost.has(index)) continue
    if (call.kind === 'directory') names.set(call.path, 'directory')
    else if (call.kind === 'create') names.set(call.path, inodes.numberAt(index))
    else if (call.kind === 'remove') names.delete(call.path)
    else {
      const number = names.get(call.path)
      if (number === undefined) continue
      names.set(call.newPath, number)
      if (call.kind === 'rename') names.delete(call.path)
    }
  }
  const left = new Map<string, Uint8Array | 'directory'>()
  for (const [path, number] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const placed = relative(source, path)
    if (number === 'directory') left.set(placed, number)
    // A file in a directory whose own name was lost cannot be found.
    else if (names.get(dirname(path)) === 'directory') left.set(placed, contents.get(number)?.bytes ?? new Uint8Array())
  }
  return left
}

export function writeDirectory(directory: Directory, target: string): void {
  for (const [path, bytes] of directory) {
    if (bytes === 'directory') mkdirSync(join(target, path), { recursive: true })
    else writeFileSync(join(target, path), bytes)
  }
}

export function digestOf(directory: Directory): string {
  const hash = createHash('sha256')
  for (const [path, bytes] of directory) {
    hash.update(`${path}\0${bytes === 'directory' ? '' : bytes.length}\0`).update(bytes === 'directory' ? '' : bytes)
  }
  return hash.digest('hex')
}

function apply(call: Data, content: Content, isKept: () => boolean): void {
  if (call.kind === 'truncate') {
    if (isKept()) content.truncate(call.length)
    return
  }
  for (let from = 0, to = 0; from < call.bytes.length; from = to) {
    to = Math.min(call.bytes.length, from + SECTOR_BYTES - ((call.at + from) % SECTOR_BYTES))
    if (isKept()) content.write(call.at + from, call.bytes.subarray(from, to))
  }
}

const nameIsSynced = (call: Named, syncs: readonly FileCall[]): boolean => {
  const directory = dirname(call.kind === 'rename' || call.kind === 'link' ? call.newPath : call.path)
  return syncs.some((sync) => sync.kind === 'sync' && sync.path === directory && sync.from >= call.to)
}

/** Which file each call concerned, although files change their names. */
function inodesOf(calls: readonly FileCall[]) {
  const numbers: number[] = []
  const byName = new Map<string, number>()
  let next = 0
  for (const call of calls) {
    let number = -1
    if (call.kind === 'create') {
      number = byName.get(call.path) ?? next++
      byName.set(call.path, number)
    } else if (call.kind === 'rename' || call.kind === 'link') {
      number = byName.get(call.path) ?? -1
      byName.set(call.newPath, number)
      if (call.kind === 'rename') byName.delete(call.path)
    } else if (call.kind === 'remove') byName.delete(call.path)
    else if (call.kind !== 'print' && call.kind !== 'directory') number = byName.get(call.path) ?? -1
    numbers.push(number)
  }
  const indexes = new Map(calls.map((call, index) => [call, index]))
  const numberOf = (call: FileCall) => numbers[indexes.get(call) as number]
  return {
    numberAt: (index: number) => numbers[index],
    areOfOneFile: (one: FileCall, other: FileCall) => numberOf(one) === numberOf(other),
  }
}
