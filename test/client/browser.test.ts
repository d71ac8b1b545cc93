/** The client for browsers: a bundle without Node's modules and without the package `ws`. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const ENTRY = fileURLToPath(new URL('../../src/client/client.ts', import.meta.url))
/** Gzipped bytes of the bundle: 5.9 KB when this was written. It is part of the page of a trading screen. */
const BYTES_MAX = 8_000

test('a bundle for browsers is small and imports nothing', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([])
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  expect(gzipSync(outputFiles[0].contents).length).toBeLessThan(BYTES_MAX)
})
