/** One browser for all files of the project: each test has a context of its own in it. */

import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { FLAGS, findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens; empty: there is none. */
    readonly browserEndpoint: string
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    project.provide('browserEndpoint', '')
    process.stderr.write('screen: skipped, chromium is missing and could not be installed\n')
    return undefined
  }
  const server = await chromium.launchServer({ executablePath, args: FLAGS, host: '127.0.0.1' })
  project.provide('browserEndpoint', server.wsEndpoint())
  return () => server.close()
}
