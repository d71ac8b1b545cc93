/**
 * The compiled program in a few files: a start of it takes 60 % of the processor time, because most of that is the
 * loading of some hundred modules. Packages with native code stay outside.
 */

import { copyFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT, removeLater } from '../running-exchange.ts'

const THREADS = ['cli', 'core-thread', 'reader-thread', 'market-thread', 'lake-thread']
const OUTSIDE = ['lmdb', 'fs-native-extensions', '@duckdb/node-api', 'swagger-ui-dist', '@opentelemetry/*', 'pino']
/** Modules of CommonJS in a bundle call it. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`

/** Resolves with the path of its command line. The files are removed when the tests of the file have ended. */
export async function bundledExchange(): Promise<string> {
  const home = removeLater()
  const entries = THREADS.map((name) => [`entrypoints/${name}`, join(ROOT, 'dist/entrypoints', `${name}.js`)])
  await build({
    // The core starts the probe of the records by a path relative to its module, which is one folder deeper in `dist`.
    entryPoints: { ...Object.fromEntries(entries), 'records-probe': join(ROOT, 'dist/entrypoints/records-probe.js') },
    outdir: join(home, 'dist'),
    chunkNames: 'entrypoints/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: OUTSIDE,
    banner: { js: REQUIRE },
    logLevel: 'error',
  })
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  copyFileSync(join(ROOT, 'package.json'), join(home, 'package.json'))
  return join(home, 'dist/entrypoints/cli.js')
}
