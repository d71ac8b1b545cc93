/**
 * The compiled program in a few files, for the tests: a start of it takes 60 % of the processor time, because most of
 * that is the loading of some hundred modules. Packages with native code stay outside. The tests of the package, of the
 * command line and of the guide start the program as it is compiled.
 */

import { copyFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const THREADS = ['cli', 'core-thread', 'reader-thread', 'market-thread', 'lake-thread']
const OUTSIDE = ['lmdb', 'fs-native-extensions', '@duckdb/node-api', 'swagger-ui-dist', '@opentelemetry/*', 'pino']
/** Modules of CommonJS in a bundle call it. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`

/** Writes it into a folder. Resolves with the path of its command line. */
export async function bundleProgram(home: string): Promise<string> {
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
  // A module of the server finds the screen two folders above its own, which is one folder deeper in `dist`.
  symlinkSync(join(ROOT, 'dist/web'), join(home, 'web'))
  copyFileSync(join(ROOT, 'package.json'), join(home, 'package.json'))
  return join(home, 'dist/entrypoints/cli.js')
}
