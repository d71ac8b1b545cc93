/**
 * The file `lake.json`: how far the lake has come. It names the last command whose events are in the lake, and the
 * last event of each symbol. Files of the lake that end behind this position are not counted. The version is that of
 * the files: their names, their columns and this file. Another version is refused, so that nothing of it is changed.
 */

import { BEGINNING, type Position } from '../../../ports/order-stream.ts'
import { UnknownVersion } from '../../../protocol/versions.ts'

export const LAKE_VERSION = 1
export const LAKE_POSITION = 'lake.json'

export interface LakePosition {
  readonly position: Position
  /** The number of the last event of each symbol. A symbol without events is absent. */
  readonly events: ReadonlyMap<string, number>
}

export const EMPTY_LAKE: LakePosition = { position: BEGINNING, events: new Map() }

/** The files of the lake do not fit together, or do not fit the order log. */
export class DamagedLake extends Error {
  override readonly name = 'DamagedLake'
}

export function encodePosition({ position, events }: LakePosition): Uint8Array {
  return Buffer.from(`${JSON.stringify({ version: LAKE_VERSION, position, events: Object.fromEntries(events) })}\n`)
}

/** Throws UnknownVersion and {@link DamagedLake}. */
export function decodePosition(bytes: Uint8Array): LakePosition {
  const stored = parse(bytes)
  if (stored?.version === undefined) throw damaged()
  if (stored.version !== LAKE_VERSION) throw new UnknownVersion('the lake', stored.version, LAKE_VERSION, LAKE_VERSION)
  const { position, events } = stored
  if (typeof position !== 'string' || !/^(\d{16})?$/.test(position)) throw damaged()
  if (typeof events !== 'object' || events === null) throw damaged()
  const numbers = Object.entries(events)
  if (!numbers.every(([, number]) => Number.isSafeInteger(number) && number > 0)) throw damaged()
  return { position, events: new Map(numbers) }
}

function parse(bytes: Uint8Array): { version?: unknown; position?: unknown; events?: unknown } | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

const damaged = (): DamagedLake => new DamagedLake(`${LAKE_POSITION} is damaged`)
