/** Cancels all orders of an account again and again. */

import { type Attacker, type KeyedOptions, lanes } from './attacker.ts'

export const cancelAllStorm = ({ lanes: count = 8, headers = {} }: KeyedOptions = {}): Attacker => ({
  name: `${count} clients cancel all orders again and again`,
  start: async (url) =>
    lanes(count, async () => (await fetch(`${url}/orders`, { method: 'DELETE', headers })).arrayBuffer()),
})
