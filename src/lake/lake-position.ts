/**
 * The file `lake.json`: how far the lake has come. It names the last command whose events are in the lake, the time of
 * its arrival, and the last event of each symbol. Files of the lake that end behind this position are not counted. The
 * version is that of the files: their names, their columns and this file. A newer version is refused, so that nothing of
 * it is changed. Version 1 has no time.
 */

import { BEGINNING, type Position } from '../ports/order-stream.ts'
import { UnknownVersion } from '../protocol/versions.ts'

export const LAKE_VERSION = 2
const LAKE_VERSION_FIRST = 1
export const LAKE_POSITION = 'lake.json'

export interface LakePosition {
  readonly position: Position
  /** When the command at the position arrived. undefined: there is none, or version 1 was read. */
  readonly timestampMs: number | undefined
  /** The number of the last event of each symbol. A symbol without events is absent. */
  readonly events: ReadonlyMap<string, number>
}

export const EMPTY_LAKE: LakePosition = { position: BEGINNING, timestampMs: undefined, events: new Map() }

/** The files of the lake do not fit together, or do not fit the order log. */
export class DamagedLake extends Error {
  override readonly name = 'DamagedLake'
}

export function encodePosition({ position, timestampMs, events }: LakePosition): Uint8Array {
  const stored = { version: LAKE_VERSION, position, timestampMs, events: Object.fromEntries(events) }
  return Buffer.from(`${JSON.stringify(stored)}\n`)
}

/** Throws UnknownVersion and {@link DamagedLake}. */
export function decodePosition(bytes: Uint8Array): LakePosition {
  const stored = parse(bytes)
  if (stored?.version === undefined) throw damaged()
  const { version, position, timestampMs, events } = stored
  if (version !== LAKE_VERSION && version !== LAKE_VERSION_FIRST) {
    throw new UnknownVersion('the lake', version, LAKE_VERSION_FIRST, LAKE_VERSION)
  }
  if (typeof position !== 'string' || !/^(\d{16})?$/.test(position)) throw damaged()
  if (!isTime(timestampMs, version === LAKE_VERSION_FIRST || position === BEGINNING)) throw damaged()
  if (typeof events !== 'object' || events === null) throw damaged()
  const numbers = Object.entries(events)
  if (!numbers.every(([, number]) => Number.isSafeInteger(number) && number > 0)) throw damaged()
  return { position, timestampMs, events: new Map(numbers) }
}

const isTime = (value: unknown, mayBeAbsent: boolean): value is number | undefined =>
  value === undefined ? mayBeAbsent : Number.isSafeInteger(value)

type StoredPosition = { readonly [K in 'version' | keyof LakePosition]?: unknown }

function parse(bytes: Uint8Array): StoredPosition | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

const damaged = (): DamagedLake => new DamagedLake(`${LAKE_POSITION} is damaged`)
