/**
 * Runs `each` over all items, at most `width` at a time, in the order of the items. After a failure it starts no more,
 * awaits those that run, and rejects with the first failure.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  let failed = false
  const run = async () => {
    while (!failed) {
      const next = waiting.next()
      if (next.done === true) return
      try {
        await each(next.value)
      } catch (cause) {
        failed = true
        throw cause
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: width }, run))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
