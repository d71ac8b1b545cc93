/**
 * The lock file is complete: it has the packages of every platform, and it agrees with package.json. npm
 * omits packages of other platforms when it writes a lock from an installed tree, and `npm ci` then fails
 * on other platforms. It has no registry host, so that any registry can be used. The test does not use the network.
 */

import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'

interface LockedPackage {
  readonly integrity?: string
  readonly resolved?: string
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
/** By folder; the empty folder is this package. */
const packages: Record<string, LockedPackage> = JSON.parse(text).packages
const named = ({ dependencies, optionalDependencies }: LockedPackage) =>
  Object.keys({ ...dependencies, ...optionalDependencies })

/** Where Node finds the package `name` from `folder`, or nothing. */
function found(folder: string, name: string): string | undefined {
  const path = join(folder, 'node_modules', name)
  if (packages[path] !== undefined) return path
  if (folder === '') return undefined
  return found(folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))), name)
}

test('every dependency has an entry in the lock file, also those of other platforms', () => {
  const missing = Object.entries(packages).flatMap(([folder, locked]) =>
    named(locked)
      .filter((name) => found(folder, name) === undefined)
      .map((name) => `${folder} → ${name}`),
  )
  expect(missing).toEqual([])
  const biome = packages['node_modules/@biomejs/biome'].optionalDependencies as Record<string, string>
  expect(Object.keys(biome).length).toBeGreaterThan(1)
})

test('every package has a digest, and no entry names a registry', () => {
  const entries = Object.entries(packages).filter(([folder]) => folder !== '')
  expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([folder]) => folder)).toEqual([])
  expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([folder]) => folder)).toEqual([])
})

describe('with an empty cache and without the network', () => {
  test('npm ci accepts the lock file', () => {
    expect(npm(copied(), 'ci', '--dry-run')).toMatch(/added \d+ packages/)
  })

  test('npm install does not change it', () => {
    const folder = copied()
    npm(folder, 'install', '--package-lock-only')
    // npm 10 drops `libc` from every entry; it is no difference in what is installed.
    const rewritten = readFileSync(join(folder, 'package-lock.json'), 'utf8')
    expect(JSON.parse(rewritten, withoutLibc)).toEqual(JSON.parse(text, withoutLibc))
  })
})

const withoutLibc = (key: string, value: unknown) => (key === 'libc' ? undefined : value)

/** A folder with what npm reads and nothing else. */
function copied(): string {
  const folder = temporaryDirectory()
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(ROOT, file), join(folder, file))
  return folder
}

function npm(folder: string, ...words: string[]): string {
  const offline = ['--offline', '--ignore-scripts', '--cache', join(folder, 'cache')]
  return execFileSync('npm', [...words, ...offline], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
