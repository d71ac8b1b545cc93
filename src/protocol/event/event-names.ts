/** Names in the bytes of a feed. */

import { invariant } from '../assert.ts'
import { TEXT_BYTES_MAX } from './feed-format.ts'

/** Writes a name after its length. Returns the place after it. */
export function writeName(bytes: Uint8Array, at: number, name: string): number {
  const { length } = name
  invariant(length <= TEXT_BYTES_MAX, 'a name is at most 255 characters')
  bytes[at] = length
  for (let i = 0; i < length; i++) bytes[at + 1 + i] = name.charCodeAt(i)
  return at + 1 + length
}
