/**
 * A file system that stops at a chosen call, as a process that is killed there does: the call and all later ones do
 * nothing but throw. A power cut also takes what was not synced: bytes of files, and names in directories.
 */

import type * as NodeFs from 'node:fs'
import { dirname, resolve } from 'node:path'

type Fs = typeof NodeFs

/** The process is gone. */
export class Crashed extends Error {
  override readonly name = 'Crashed'
}

/** Names that are not synced. */
interface Change {
  readonly directory: string
  readonly undo: () => void
}

class CrashPoints {
  /** Calls until the crash; Infinity: none. */
  private left = Number.POSITIVE_INFINITY
  private power = false
  private isDown = false
  calls: string[] = []
  /** Throws instead of doing the call, without a crash. */
  fail: ((call: string) => void) | undefined
  private unsynced = new Set<string>()
  private changes: Change[] = []

  /** Crashes at the call number `at`, counted from 1. `power`: what is not synced is lost. */
  arm(at: number, power: boolean): void {
    Object.assign(this, { left: at, power, isDown: false, calls: [], unsynced: new Set(), changes: [] })
  }

  /** The next process may use the disk. Returns whether there was a crash. */
  disarm(fs: Pick<Fs, 'existsSync' | 'truncateSync'>): boolean {
    const crashed = this.isDown
    this.left = Number.POSITIVE_INFINITY
    this.isDown = false
    if (crashed && this.power) {
      for (const { undo } of this.changes.reverse()) undo()
      for (const path of this.unsynced) if (fs.existsSync(path)) fs.truncateSync(path, 3)
    }
    return crashed
  }

  step(call: string): void {
    if (this.isDown) throw new Crashed()
    this.fail?.(call)
    if (--this.left === 0) {
      this.isDown = true
      throw new Crashed()
    }
    this.calls.push(call)
  }

  wrote(path: string): void {
    this.unsynced.add(path)
  }

  moved(from: string, to: string): void {
    if (this.unsynced.delete(from)) this.unsynced.add(to)
  }

  changed(path: string, undo: () => void): void {
    this.changes.push({ directory: dirname(path), undo })
  }

  synced(path: string): void {
    this.unsynced.delete(path)
    this.changes = this.changes.filter(({ directory }) => directory !== path)
  }
}

export const crashPoints = new CrashPoints()

/** The functions of `node:fs` that the lake uses to change files. */
export function crashingFs(fs: Fs): Fs {
  const names = new Map<number, string>()
  const within = (path: unknown): string => resolve(String(path))
  return {
    ...fs,
    openSync: ((path: string, flags: string, mode?: number) => {
      const isNew = !fs.existsSync(path)
      if (/[wax]/.test(flags)) crashPoints.step(`create ${path}`)
      const fd = fs.openSync(path, flags, mode)
      names.set(fd, within(path))
      if (/[wax]/.test(flags) && isNew) crashPoints.changed(within(path), () => fs.rmSync(path, { force: true }))
      return fd
    }) as Fs['openSync'],
    writeSync: ((fd: number, bytes: Uint8Array, from: number, length: number) => {
      crashPoints.step(`write ${names.get(fd)}`)
      crashPoints.wrote(names.get(fd) as string)
      return fs.writeSync(fd, bytes, from, length)
    }) as Fs['writeSync'],
    fsyncSync: (fd: number) => {
      crashPoints.step(`sync ${names.get(fd)}`)
      crashPoints.synced(names.get(fd) as string)
    },
    renameSync: (from, to) => {
      crashPoints.step(`rename ${from} ${to}`)
      const old = fs.existsSync(to) && fs.statSync(to).isFile() ? fs.readFileSync(to) : undefined
      fs.renameSync(from, to)
      crashPoints.moved(within(from), within(to))
      crashPoints.changed(within(to), () => {
        if (!fs.existsSync(to)) return
        fs.renameSync(to, from)
        if (old !== undefined) fs.writeFileSync(to, old)
      })
    },
    rmSync: (path, options) => {
      crashPoints.step(`remove ${path}`)
      const old = fs.existsSync(path) && fs.statSync(path).isFile() ? fs.readFileSync(path) : undefined
      fs.rmSync(path, options)
      if (old !== undefined) {
        crashPoints.changed(within(path), () => fs.existsSync(dirname(String(path))) && fs.writeFileSync(path, old))
      }
    },
    mkdirSync: ((path: string, options?: { recursive?: boolean }) => {
      crashPoints.step(`directory ${path}`)
      const made = fs.mkdirSync(path, options)
      const first = options?.recursive ? made : path
      if (first !== undefined)
        crashPoints.changed(within(first), () => fs.rmSync(first, { recursive: true, force: true }))
      return first
    }) as Fs['mkdirSync'],
  }
}
