/**
 * `demo-market.json` in the data directory says that a demo market has run in it, and how often. A directory without
 * it has only orders of people, so a demo market does not start there unasked. The file is written before the first
 * command of a run. Its owner is the process that has locked the directory.
 */

import { dirname } from 'node:path'
import type { DemoDirectory } from '../../ports/demo-directory.ts'
import { writeDurably } from './lake/durable-file.ts'
import { readIfPresent } from './open-if-present.ts'
import { syncDirectory } from './sync-directory.ts'

const VERSION = 1

/** The file cannot be used. The message is for the user. */
export class BadDemoMarker extends Error {
  override readonly name = 'BadDemoMarker'
}

/** `path` is that of the file. Throws {@link BadDemoMarker}. */
export function demoMarker(path: string): Omit<DemoDirectory, 'holdsOrders'> {
  let run = readRun(path)
  return {
    lastRun: () => run,
    noteRun: (next) => {
      writeDurably(path, [new TextEncoder().encode(`${JSON.stringify({ version: VERSION, run: next })}\n`)])
      syncDirectory(dirname(path))
      run = next
    },
  }
}

function readRun(path: string): number | undefined {
  let bytes: Uint8Array | undefined
  try {
    bytes = readIfPresent(path)
  } catch (cause) {
    throw new BadDemoMarker(`${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  if (bytes === undefined) return undefined
  const { version, run } = parsed(Buffer.from(bytes).toString())
  if (version === VERSION && Number.isSafeInteger(run) && (run as number) > 0) return run as number
  if (typeof version === 'number' && version > VERSION) {
    throw new BadDemoMarker(`${path} was written by a newer program (version ${version})`)
  }
  // The run is part of the order ids, so it cannot be guessed.
  throw new BadDemoMarker(
    `${path} is damaged. Its content is {"version":${VERSION},"run":N}, N the number of the last run`,
  )
}

function parsed(text: string): { readonly version?: unknown; readonly run?: unknown } {
  try {
    return Object(JSON.parse(text)) as { version?: unknown; run?: unknown }
  } catch {
    return {}
  }
}
