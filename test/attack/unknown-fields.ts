/** Sends batch bodies that consist of unknown fields. */

import { type Attacker, lanes } from './attacker.ts'

/** 63,109 names of one to four characters fill a body of 520 KB. */
export const unknownFields = ({ lanes: count = 2, fields = 63_109 } = {}): Attacker => {
  const body = `{${Array.from({ length: fields }, (_, i) => `"${i.toString(36)}":1`).join()}}`
  return {
    name: `${count} clients send bodies of ${fields} unknown fields`,
    start: async (url) =>
      lanes(count, async () => {
        const headers = { 'Content-Type': 'application/json' }
        await (await fetch(`${url}/orders/batch`, { method: 'POST', headers, body })).arrayBuffer()
      }),
  }
}
