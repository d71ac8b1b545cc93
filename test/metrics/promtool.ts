/**
 * Prometheus' own checker. Where it is missing, root on a Debian machine gets it from the package `prometheus`, which
 * is unpacked and not installed: an installed one would start a server.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
const UNPACKED = join(CACHE, 'promtool')

const works = (path: string): boolean => spawnSync(path, ['--version']).status === 0

/** The path of the program, or undefined. */
export const PROMTOOL = [() => 'promtool', unpacked].map((find) => find()).find((path) => path && works(path))

export const whyNoPromtool = PROMTOOL === undefined ? 'promtool is missing and could not be installed' : undefined

/** What promtool says about a text; empty if it finds nothing. Throws if promtool is missing. */
export function promtool(words: readonly string[], input = ''): string {
  if (PROMTOOL === undefined) throw new Error(whyNoPromtool)
  const { status, stdout, stderr } = spawnSync(PROMTOOL, words, { input, encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}` || `promtool ended with ${status}`
}

function unpacked(): string | undefined {
  if (existsSync(UNPACKED) || process.getuid?.() !== 0 || works('promtool')) return UNPACKED
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'prometheus-'))
  try {
    download(folder)
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.deb'))
    execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: folder, stdio: 'ignore' })
    renameSync(join(folder, 'usr/bin/promtool'), UNPACKED)
    return UNPACKED
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function download(folder: string): void {
  const get = () =>
    execFileSync('apt-get', ['download', 'prometheus'], { cwd: folder, stdio: 'ignore', timeout: 120_000 })
  try {
    get()
  } catch {
    // A new machine has no list of packages.
    execFileSync('apt-get', ['update'], { stdio: 'ignore', timeout: 120_000 })
    get()
  }
}
