/**
 * The changes that a process made to files, in order, as `strace` saw them. Only calls that succeeded are listed.
 * Each has the time at which it was called and at which it returned, because calls of several threads overlap.
 */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Timed {
  /** Seconds. */
  readonly from: number
  readonly to: number
}

export type FileCall = Timed &
  (
    | { readonly kind: 'create'; readonly path: string }
    | { readonly kind: 'directory'; readonly path: string }
    /** `durable`: the file was opened so that a write returns only when it is on the disk. */
    | {
        readonly kind: 'write'
        readonly path: string
        readonly at: number
        readonly bytes: Buffer
        readonly durable: boolean
      }
    | { readonly kind: 'truncate'; readonly path: string; readonly length: number }
    | { readonly kind: 'sync'; readonly path: string }
    | { readonly kind: 'rename'; readonly path: string; readonly newPath: string }
    | { readonly kind: 'link'; readonly path: string; readonly newPath: string }
    | { readonly kind: 'remove'; readonly path: string }
    | { readonly kind: 'print'; readonly text: string }
  )

const TRACED =
  'openat,write,writev,pwrite64,pwritev,ftruncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,lseek,mmap,close'

/** Whether this machine can trace. */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a command, and returns what it did to files below `directory`. Throws if it fails. */
export function traceFiles(words: readonly string[], directory: string, traces: string): FileCall[] {
  const output = join(traces, 'trace')
  const options = ['-ff', '-ttt', '-T', '-y', '-xx', '-s', '67108864', '-e', `trace=${TRACED}`, '-e', 'signal=none']
  // A slow sync, so that whatever does not wait for it comes first.
  options.push('-e', 'inject=fdatasync:delay_enter=15000')
  execFileSync('strace', [...options, '-o', output, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: Line[] = []
  for (const name of readdirSync(traces)) {
    for (const line of readFileSync(join(traces, name), 'latin1').split('\n')) {
      const parsed = lineOf(line)
      if (parsed !== undefined) lines.push(parsed)
    }
  }
  lines.sort((a, b) => a.from - b.from)
  return callsIn(lines, directory)
}

interface Line extends Timed {
  readonly name: string
  readonly words: string
  readonly result: number
}

/** TIME NAME(WORDS) = RESULT <DURATION>; undefined for a call that failed, and for any other line. */
function lineOf(line: string): Line | undefined {
  const match = /^(\d+\.\d+) (\w+)\((.*)\)\s+= (\d+)(?:<[^>]*>)?(?: \([^)]*\))? <(\d+\.\d+)>$/.exec(line)
  if (match === null) return undefined
  const [, from, name, words, result, duration] = match
  return { from: Number(from), to: Number(from) + Number(duration), name, words, result: Number(result) }
}

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')
const STRING = /"((?:\\x[0-9a-f]{2})*)"/g
const strings = (words: string): Buffer[] => [...words.matchAll(STRING)].map(([, text]) => unhex(text))
/** The path behind a descriptor: `12</path>`; strace writes it in hex too. */
const pathOf = (words: string): string => {
  const text = /<([^>]*)>/.exec(words)?.[1] ?? ''
  return text.includes('\\x') ? unhex(text).toString() : text
}

function callsIn(lines: readonly Line[], directory: string): FileCall[] {
  const calls: FileCall[] = []
  /** By descriptor: where the next plain write goes, and whether writes are durable when they return. */
  const files = new Map<number, { at: number; durable: boolean; append: boolean }>()
  for (const { from, to, name, words, result } of lines) {
    const time = { from, to }
    const fd = Number.parseInt(words, 10)
    const file = files.get(fd)
    switch (name) {
      case 'openat': {
        const path = strings(words)[0]?.toString() ?? ''
        files.set(result, { at: 0, durable: /O_D?SYNC/.test(words), append: words.includes('O_APPEND') })
        if (!path.startsWith(directory)) break
        if (words.includes('O_CREAT')) calls.push({ kind: 'create', path, ...time })
        if (words.includes('O_TRUNC')) calls.push({ kind: 'truncate', path, length: 0, ...time })
        break
      }
      case 'mkdir':
      case 'mkdirat': {
        const path = strings(words)[0].toString()
        if (path.startsWith(directory)) calls.push({ kind: 'directory', path, ...time })
        break
      }
      case 'write':
      case 'writev':
      case 'pwrite64':
      case 'pwritev': {
        const bytes = Buffer.concat(strings(words.slice(words.indexOf(',')))).subarray(0, result)
        if (fd === 1) calls.push({ kind: 'print', text: bytes.toString(), ...time })
        const path = pathOf(words)
        if (!path.startsWith(directory)) break
        const placed = name.startsWith('p')
        const at = placed ? Number(/, (\d+)$/.exec(words)?.[1]) : (file?.at ?? 0)
        if (!placed && file !== undefined) file.at += result
        calls.push({ kind: 'write', path, at, bytes, durable: file?.durable ?? false, ...time })
        break
      }
      case 'lseek':
        if (file !== undefined) file.at = result
        break
      case 'mmap':
        if (/PROT_WRITE/.test(words) && /MAP_SHARED/.test(words) && pathOf(words).endsWith('.lmdb')) {
          throw new Error(`writes to ${pathOf(words)} cannot be traced: it is mapped for writing`)
        }
        break
      case 'ftruncate': {
        const path = pathOf(words)
        if (path.startsWith(directory))
          calls.push({ kind: 'truncate', path, length: Number(/, (\d+)$/.exec(words)?.[1]), ...time })
        break
      }
      case 'fsync':
      case 'fdatasync': {
        const path = pathOf(words)
        if (path.startsWith(directory)) calls.push({ kind: 'sync', path, ...time })
        break
      }
      case 'rename':
      case 'renameat':
      case 'renameat2':
      case 'link':
      case 'linkat': {
        const [path, newPath] = strings(words).map(String)
        if (path.startsWith(directory))
          calls.push({ kind: name.startsWith('link') ? 'link' : 'rename', path, newPath, ...time })
        break
      }
      case 'unlink':
      case 'unlinkat': {
        const path = strings(words)[0].toString()
        if (path.startsWith(directory)) calls.push({ kind: 'remove', path, ...time })
        break
      }
    }
  }
  return calls
}
