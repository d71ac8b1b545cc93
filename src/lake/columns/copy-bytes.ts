/** Copies and compares of short texts: four bytes at a time, which takes a third of the time of single bytes. */

/** Copies from[start] … from[end - 1] to `to` at `at`. */
export function copyBytes(to: DataView, at: number, from: DataView, start: number, end: number): void {
  let i = start
  let o = at
  for (; i + 4 <= end; i += 4, o += 4) to.setInt32(o, from.getInt32(i, true), true)
  for (; i < end; i++, o++) to.setUint8(o, from.getUint8(i))
}

/** How many bytes at `a` and `b` are equal, at most `most`. */
export function sharedBytes(a: DataView, aAt: number, b: DataView, bAt: number, most: number): number {
  let same = 0
  while (same + 4 <= most && a.getInt32(aAt + same, true) === b.getInt32(bAt + same, true)) same += 4
  while (same < most && a.getUint8(aAt + same) === b.getUint8(bAt + same)) same++
  return same
}
