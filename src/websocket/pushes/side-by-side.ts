/** Runs `each` for all items, a bounded number at a time. Rejects with the first failure, after all have ended. */
export async function sideBySide<T>(
  items: Iterable<T>,
  width: number,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const run = async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await each(next.value)
  }
  const ends = await Promise.allSettled(Array.from({ length: width }, run))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
