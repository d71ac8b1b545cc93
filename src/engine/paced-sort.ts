/**
 * Sorts in steps, between which the caller may do something else: one call of the built-in sort for a million entries
 * takes a second. Short runs are sorted by the built-in sort and then merged.
 */

/** Entries of a run, and entries that a step merges: about 0.1 ms. */
const STEP = 1_024

/** The indexes 0 … count − 1 in the order of `compare`. Equal ones keep their order. */
export function* sortedIndexes(count: number, compare: (a: number, b: number) => number): Generator<void, Int32Array> {
  let from = Int32Array.from({ length: count }, (_, i) => i)
  let to = new Int32Array(count)
  for (let start = 0; start < count; start += STEP) {
    from.subarray(start, start + STEP).sort(compare)
    yield
  }
  for (let width = STEP; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count)
      const end = Math.min(start + 2 * width, count)
      let left = start
      let right = middle
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0)
        to[at] = takesLeft ? from[left++] : from[right++]
        if (at % STEP === 0) yield
      }
    }
    const sorted = to
    to = from
    from = sorted
  }
  return from
}
