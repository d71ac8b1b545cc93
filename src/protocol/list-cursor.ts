/** The key at the end of a page, as text that a client sends back: base64url of its JSON, which must be ASCII. */

export type KeyParts = readonly (number | string)[]

export const encodeKey = (key: KeyParts): string =>
  btoa(JSON.stringify(key)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** undefined: not made by {@link encodeKey} of parts with these types. */
export function decodeKey(cursor: string, types: readonly ('number' | 'string')[]): KeyParts | undefined {
  try {
    const parts: unknown = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))
    if (!Array.isArray(parts) || parts.length !== types.length) return undefined
    return types.every((type, i) => typeof parts[i] === type) ? (parts as KeyParts) : undefined
  } catch {
    // Not base64, or not JSON.
    return undefined
  }
}
