/** Files that are made from the tables of the code are up to date. `npm run generate` writes them anew. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commandTable, requestTable } from './field-tables.ts'
import { biomeConfiguration } from './import-rules.ts'
import { orderColumns } from './order-columns.ts'
import { placeOrderModel } from './order-schema.ts'

const BEGIN = '<!-- order fields: made by `npm run generate` from src/protocol/order/order-fields.ts -->'
const END = '<!-- end of order fields -->'

/** A page with a new table between the markers. */
function withTable(page: string, table: string): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error('the page has lost its markers')
  return `${page.slice(0, from + BEGIN.length)}\n\n${table}\n\n${page.slice(to)}`
}

const json = (text: string): unknown => JSON.parse(text)

test.each([
  ['docs/reference/commands.md', (page: string) => withTable(page, commandTable()), String],
  ['docs/reference/http.md', (page: string) => withTable(page, requestTable()), String],
  ['infra/place-order.schema.json', placeOrderModel, json],
  ['infra/order-columns.json', orderColumns, json],
  ['biome.json', biomeConfiguration, json],
] as const)('%s', (name, make, contentOf) => {
  const path = fileURLToPath(new URL(`../../${name}`, import.meta.url))
  const present = readFileSync(path, 'utf8')
  const made = make(present)
  if (process.env.UPDATE_GENERATED === '1') writeFileSync(path, made)
  expect(contentOf(readFileSync(path, 'utf8')), '`npm run generate` writes it anew').toEqual(contentOf(made))
})
