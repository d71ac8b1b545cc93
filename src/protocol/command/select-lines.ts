/** Encoded commands in the form of the stream: bytes, a newline after each. */

const NEWLINE = 10

/** The lines with the indexes `wanted`, ascending. The content is not checked; line-reader.ts reads it later. */
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
