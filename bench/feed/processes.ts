/** The child processes of the benchmark of the feed. */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FollowersReport, ToFollowers } from './followers-process.ts'

const start = (name: string): ChildProcess => fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)))

const answerOf = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)))
  })

export class Followers {
  private readonly child = start('followers-process')

  open(port: number, count: number, requests: readonly string[]): Promise<unknown> {
    return this.ask({ kind: 'open', port, count, requests })
  }

  report(): Promise<FollowersReport> {
    return this.ask({ kind: 'report' })
  }

  close(): Promise<unknown> {
    return this.ask({ kind: 'close' })
  }

  end(): void {
    this.child.removeAllListeners('exit')
    this.child.kill('SIGKILL')
  }

  private ask<T>(message: ToFollowers): Promise<T> {
    this.child.removeAllListeners('exit')
    const answer = answerOf<T>(this.child)
    this.child.send(message)
    return answer
  }
}

/** `ws` alone, sending texts. */
export class BareFeed {
  private readonly child = start('bare-feed-server')
  readonly port: Promise<number> = answerOf<number>(this.child)
  readonly pid = this.child.pid as number

  send(texts: readonly string[]): void {
    this.child.send(texts)
  }

  end(): void {
    this.child.removeAllListeners('exit')
    this.child.kill('SIGKILL')
  }
}
