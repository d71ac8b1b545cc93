/** Reads the longest page of orders again and again. */

import { type Attacker, type KeyedOptions, lanes } from './attacker.ts'

export interface ListFloodOptions extends KeyedOptions {
  /** A filter makes the exchange look at orders that it does not return. */
  readonly path?: string
}

export const listFlood = (options: ListFloodOptions = {}): Attacker => {
  const { lanes: count = 8, headers = {}, path = '/orders?limit=1000' } = options
  return {
    name: `${count} clients read GET ${path}`,
    start: async (url) => lanes(count, async () => (await fetch(url + path, { headers })).arrayBuffer()),
  }
}
