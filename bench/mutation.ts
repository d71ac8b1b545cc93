/**
 * `npm run bench -- mutation`: changes the compiled engine in one place at a time and checks whether a test detects it.
 * A mutant is detected if it gives other events, breaks an invariant, throws or does not end. The others are listed for
 * review: each is a missing test, or a change without effect.
 */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILES = [
  'matching',
  'order-book',
  'book-control',
  'order-queue',
  'order-pool',
  'price-ladder',
  'price-directory',
  'expiry-queue',
]
const TIMEOUT_MS = 10_000

/** Pairs of text and replacement. Each is applied to each of its places in a line, one place at a time. */
const OPERATORS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/\breturn true\b/g, 'return false'],
  [/\breturn false\b/g, 'return true'],
  [/\+\+/g, '--'],
]
/** A statement that a mutant can omit: an assignment to a field or an element, or a call. */
const STATEMENT = /^\s+(?!const |let |return|throw)[\w.]+(\[.*\])?( [-+&|]?= .*|\(.*\));$/

export interface MutationReport {
  readonly mutants: number
  readonly found: number
  readonly survivors: readonly string[]
}

/** Tries every `every`-th mutant. */
export function benchMutation(every: number): MutationReport {
  const built = fileURLToPath(new URL('..', import.meta.url))
  const directory = mkdtempSync(join(tmpdir(), 'mutation-'))
  const survivors: string[] = []
  let mutants = 0
  let candidates = 0
  try {
    cpSync(built, directory, { recursive: true })
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
    if (!survives(directory)) throw new Error('the engine fails before it is broken')
    for (const file of FILES) {
      const path = join(directory, 'src', 'engine', `${file}.js`)
      const source = readFileSync(path, 'utf8')
      for (const { line, text, was } of mutationsOf(source)) {
        if (candidates++ % every !== 0) continue
        mutants++
        const lines = source.split('\n')
        lines[line] = text
        writeFileSync(path, lines.join('\n'))
        if (survives(directory)) survivors.push(`${file}: ${was.trim()}  →  ${text.trim() || '(nothing)'}`)
      }
      writeFileSync(path, source)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
  return { mutants, found: mutants - survivors.length, survivors }
}

function survives(directory: string): boolean {
  const probe = join(directory, 'bench', 'mutation', 'probe.js')
  return spawnSync(process.execPath, [probe], { timeout: TIMEOUT_MS, stdio: 'ignore' }).status === 0
}

function* mutationsOf(source: string): Generator<{ line: number; text: string; was: string }> {
  for (const [line, was] of source.split('\n').entries()) {
    if (/^\s*(\*|\/|import|export const|\})/.test(was)) continue
    for (const [pattern, replacement] of OPERATORS) {
      for (const match of was.matchAll(pattern)) {
        const text = was.slice(0, match.index) + replacement + was.slice(match.index + match[0].length)
        yield { line, text, was }
      }
    }
    if (STATEMENT.test(was)) yield { line, text: '', was }
  }
}
