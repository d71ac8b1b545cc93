/** The AWS runtime for tests. */

import { execFileSync } from 'node:child_process'
import {
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from '../../src/entrypoints/aws-local/local-stack.ts'
import { hasRedis } from '../../src/entrypoints/aws-local/redis-server.ts'
import { bundled } from '../once-in-run.ts'
import { apiAt, type Send } from './api.ts'

export interface LocalExchange extends LocalStack {
  /** The lines that the functions have logged. */
  readonly lines: readonly string[]
  readonly send: Send
}

/** Why these tests cannot run here, or undefined. As root on a Debian machine, installs Redis if it is missing. */
export function whyNot(): string | undefined {
  if (hasRedis()) return undefined
  if (process.getuid?.() === 0) {
    try {
      execFileSync('apt-get', ['install', '-y', 'redis-server'], { stdio: 'ignore', timeout: 120_000 })
    } catch {
      // The message below reports it.
    }
    if (hasRedis()) return undefined
  }
  return 'redis-server is missing and could not be installed'
}

export async function startExchange(options: Partial<LocalStackOptions> = {}): Promise<LocalExchange> {
  const lines: string[] = []
  const stack = await startLocalStack({
    port: 0,
    bundles: bundled(),
    onLine: (name, line) => void lines.push(`${name} ${line}`),
    ...options,
  })
  return { ...stack, lines, send: apiAt(stack.url) }
}

/** Calls `ask` repeatedly until it returns a value. Throws after a timeout. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
  const deadlineMs = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadlineMs) throw new Error(`no ${what} within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
