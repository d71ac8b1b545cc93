/** Encoded commands as they enter the stream: bytes, a newline after each. */

const NEWLINE = 10

/** Throws nothing, checks nothing: what a line says is line-reader.ts's to judge. */
export function selectLines(lines: Buffer, wanted: readonly number[]): Buffer {
  const parts: Buffer[] = []
  let from = 0
  let next = 0
  for (let i = 0; next < wanted.length; i++) {
    const to = lines.indexOf(NEWLINE, from) + 1
    if (i === wanted[next]) {
      parts.push(lines.subarray(from, to))
      next++
    }
    from = to
  }
  return Buffer.concat(parts)
}
