/** docs/reference/websocket.md: its examples satisfy the schemas, and its tables have the values of the code. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { PROBLEMS, type ProblemCode } from '../../src/api/problems.ts'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import { errorSchema, RESULT_SCHEMAS } from '../../src/websocket/messages/schemas/answer-schemas.ts'
import { DATA_SCHEMAS } from '../../src/websocket/messages/schemas/data-schemas.ts'
import { REQUEST_SCHEMAS, SUBSCRIPTION_SCHEMAS } from '../../src/websocket/messages/schemas/request-schemas.ts'
import { checksumText } from '../marketdata/checksum-text.ts'

const page = readFileSync(new URL('../../docs/reference/websocket.md', import.meta.url), 'utf8')

// biome-ignore lint/suspicious/noExplicitAny: examples are looked into field by field
type Message = any

/** JSON blocks, and the frames of text blocks and sentences. */
const examples: Message[] = [
  ...[...page.matchAll(/^```json\n(.*)\n```$/gm)].map(([, json]) => json),
  ...[...page.matchAll(/^[→←] (\{.*\})$/gm)].map(([, json]) => json),
  ...[...page.matchAll(/^`(\{"id".*?\})`/gm)].map(([, json]) => json),
].map((json) => JSON.parse(json))

const requests: Readonly<Record<string, z.ZodType>> = { ...REQUEST_SCHEMAS, ...SUBSCRIPTION_SCHEMAS }

function schemaOf({ type, op, channel }: Message): z.ZodType | undefined {
  if (type === 'result') return RESULT_SCHEMAS[op as keyof typeof RESULT_SCHEMAS]
  if (type === 'error') return errorSchema
  if (type === 'snapshot' || type === 'update') {
    return DATA_SCHEMAS[channel as keyof typeof DATA_SCHEMAS][type as 'snapshot' | 'update']
  }
  return requests[op]
}

describe('the reference of the socket', () => {
  test('has examples of every kind that satisfy the schemas', () => {
    const kinds = new Set(examples.map(({ type = 'request', channel = '' }: Message) => `${type} ${channel}`))
    expect(kinds.size).toBeGreaterThan(10)
    for (const example of examples) {
      const fault = schemaOf(example)?.safeParse(example).error
      expect(fault && z.prettifyError(fault), JSON.stringify(example)).toBeUndefined()
      expect(schemaOf(example), JSON.stringify(example)).toBeDefined()
    }
  })

  test('has a book whose checksums are right', () => {
    const [snapshot, update] = examples.filter(({ channel, type }) => channel === 'book' && type !== undefined)
    const follower = new BookFollower(snapshot.depth)
    expect([follower.apply(snapshot), follower.apply(update)]).toEqual(['applied', 'applied'])
    expect(page).toContain(checksumText(snapshot.bids, snapshot.asks))
  })

  test('has the status of every code that it names', () => {
    const rows = [...page.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => [code, status])
    const others = [...page.matchAll(/^\| (`.+`) \| (\d{3}) \|/gm)].flatMap(([, codes, status]) =>
      codes
        .replaceAll('`', '')
        .split(', ')
        .map((code) => [code, status]),
    )
    expect(rows.length + others.length).toBeGreaterThan(15)
    for (const [code, status] of [...rows, ...others]) {
      expect([code, PROBLEMS[code as ProblemCode]?.status]).toEqual([code, Number(status)])
    }
  })
})
