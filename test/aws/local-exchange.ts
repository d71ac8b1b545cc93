/** The AWS runtime for tests, bundled from the present sources. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from '../../src/entrypoints/aws-local/local-stack.ts'
import { hasRedis } from '../../src/entrypoints/aws-local/redis-server.ts'

export interface LocalExchange extends LocalStack {
  /** The lines that the functions have logged. */
  readonly lines: readonly string[]
  /** Status and JSON of the answer. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers without declaring their type
  readonly body: any
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
  const bundles = mkdtempSync(join(tmpdir(), 'exchange-bundles-'))
  const script = fileURLToPath(new URL('../../scripts/bundle.mjs', import.meta.url))
  execFileSync(process.execPath, [script, '--quiet', '--out', bundles])
  const lines: string[] = []
  const stack = await startLocalStack({
    port: 0,
    bundles,
    onLine: (name, line) => void lines.push(`${name} ${line}`),
    ...options,
  })
  return {
    ...stack,
    lines,
    send: async (method, path, body, headers = {}) => {
      const response = await fetch(stack.url + path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json().catch(() => undefined) }
    },
    close: async () => {
      await stack.close()
      rmSync(bundles, { recursive: true, force: true })
    },
  }
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
