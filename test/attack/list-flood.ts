/** Reads the longest page of orders again and again. */

import { type Attacker, type KeyedOptions, lanes } from './attacker.ts'

export const listFlood = ({ lanes: count = 8, headers = {} }: KeyedOptions = {}): Attacker => ({
  name: `${count} clients list orders again and again`,
  start: async (url) => lanes(count, async () => (await fetch(`${url}/orders?limit=1000`, { headers })).arrayBuffer()),
})
