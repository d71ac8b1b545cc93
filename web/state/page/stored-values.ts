/** Text that the browser keeps: nothing is kept, and nothing fails, where it has no storage or refuses it. */

export type Storage = 'localStorage' | 'sessionStorage'

export function readStored(storage: Storage, key: string): string | undefined {
  try {
    return globalThis[storage]?.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

/** undefined removes it. */
export function writeStored(storage: Storage, key: string, text: string | undefined): void {
  try {
    if (text === undefined) globalThis[storage]?.removeItem(key)
    else globalThis[storage]?.setItem(key, text)
  } catch {
    // Storage is full or forbidden: the choice lasts until the page is closed.
  }
}
