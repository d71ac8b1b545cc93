/** Makes the named schemas of an API document from zod schemas. */

import * as z from 'zod'

type Json = Record<string, unknown>

/** The dialect of JSON Schema: that of OpenAPI 3.1, or that of AsyncAPI 3. */
export type SchemaTarget = 'draft-2020-12' | 'draft-7'

export const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

/** All used schemas, and the schemas nested in them, as components that refer to each other. */
export function schemaComponents(used: ReadonlyMap<string, z.ZodType>, target: SchemaTarget): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of used) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    target,
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  })
  // Zod puts nested named schemas under __shared. Here they become components like the others.
  const { __shared, ...own } = schemas as Record<string, Json>
  const inner = (__shared?.$defs ?? __shared?.definitions ?? {}) as Record<string, Json>
  const all = Object.entries({ ...inner, ...own }).map(([id, schema]) => [id, plainSchema(schema)] as const)
  const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.parse(JSON.stringify(sorted).replaceAll(/\/__shared#\/(?:\$defs|definitions)\//g, '/'))
}

/** A document names a schema by its path. The names that zod adds would contradict it. */
export function plainSchema({ $schema: _, $id: __, id: ___, ...schema }: Json): Json {
  return schema
}
