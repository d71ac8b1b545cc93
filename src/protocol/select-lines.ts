/** Encoded commands as they enter the stream: bytes, a newline after each. */

const NEWLINE = 10

/** The lines at the places `wanted`, ascending. It checks nothing: line-reader.ts reads the content. */
export function selectLines(lines: Uint8Array, wanted: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  let from = 0
  for (let i = 0; parts.length < wanted.length; i++) {
    const to = lines.indexOf(NEWLINE, from) + 1
    if (i === wanted[parts.length]) {
      parts.push(lines.subarray(from, to))
      length += to - from
    }
    from = to
  }
  if (parts.length === 1) return parts[0]
  const selected = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    selected.set(part, at)
    at += part.length
  }
  return selected
}
