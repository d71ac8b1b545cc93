/**
 * The browser of these tests: Chromium of the machine. Where it is missing, root on a Debian machine installs it.
 * A test whose browser is missing is skipped, and its title says so.
 */

import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Nothing in the background, and no request but those of the page. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Why these tests cannot run here; undefined: they can. */
export const whyNoChromium = (): string | undefined =>
  installed() === undefined ? 'chromium is missing and could not be installed' : undefined

/** The path of the program. As root on a Debian machine, installs it if it is missing. */
export function findChromium(): string | undefined {
  if (installed() === undefined && process.getuid?.() === 0) install()
  return installed()
}

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() as string, args: FLAGS })
}

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function install(): void {
  const get = () =>
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      timeout: 180_000,
    })
  try {
    get()
  } catch {
    // A new machine has no list of packages.
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore', timeout: 120_000 })
      get()
    } catch {
      // The title of each skipped test says it.
    }
  }
}
