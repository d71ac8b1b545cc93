/** The files of Swagger UI, from its npm package, for `/docs`. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import type { DocsAsset } from '../../rest/rest-ports.ts'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
}
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** A file by its bare name. */
export function docsAsset(name: string): DocsAsset | undefined {
  const contentType = TYPES[extname(name)]
  if (contentType === undefined || !/^[a-z0-9-]+(\.[a-z0-9]+)+$/i.test(name)) return undefined
  try {
    return { body: new Uint8Array(readFileSync(join(folder, name))), contentType }
  } catch {
    return undefined
  }
}
