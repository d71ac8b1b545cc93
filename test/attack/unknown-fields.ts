/** Sends batch bodies that consist of unknown fields. */

import { type Attacker, type KeyedOptions, lanes } from './attacker.ts'

export interface UnknownFieldOptions extends KeyedOptions {
  readonly fields?: number
}

/** 63,109 names of one to four characters fill a body of 520 KB. */
export const unknownFields = ({
  lanes: count = 2,
  headers = {},
  fields = 63_109,
}: UnknownFieldOptions = {}): Attacker => {
  const body = `{${Array.from({ length: fields }, (_, i) => `"${i.toString(36)}":1`).join()}}`
  return {
    name: `${count} clients send bodies of ${fields} unknown fields`,
    start: async (url) =>
      lanes(count, async () => {
        const typed = { ...headers, 'Content-Type': 'application/json' }
        await (await fetch(`${url}/orders/batch`, { method: 'POST', headers: typed, body })).arrayBuffer()
      }),
  }
}
