/** DuckDB has 70 MB of native code: only `query` and `export` load it, and no function on AWS has it in its bundle. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.ts'))
const ENTRIES = SOURCES.filter((path) =>
  /^entrypoints\/(lambda\/[^/]+|commands\/[^/]+|[^/]+-thread|aws-local)\.ts$/.test(path),
)

test('only src/lake-query imports it, and the model of Firehose', () => {
  const importing = SOURCES.filter((path) =>
    /from '@duckdb|import\('@duckdb/.test(readFileSync(join(ROOT, 'src', path), 'utf8')),
  )
  expect(importing.length).toBeGreaterThan(0)
  expect(importing.filter((path) => !/^(lake-query|entrypoints\/aws-local)\//.test(path))).toEqual([])
})

test.each(ENTRIES)('%s loads it only when asked', async (path) => {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'src', path)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: join(ROOT, 'unused'),
    write: false,
    metafile: true,
  })
  const entry = Object.keys(metafile.outputs).find((name) => metafile.outputs[name].entryPoint?.endsWith(path))
  expect(staticImports(metafile.outputs, entry as string)).not.toContain('@duckdb/node-api')
  const inputs = Object.keys(metafile.inputs).filter((name) => name.startsWith('src/lake-query/'))
  expect(inputs.length > 0).toBe(/commands\/(query|export)\.ts$/.test(path))
})

type Outputs = Metafile['outputs']

/** The packages that an output imports before anything runs. */
function staticImports(outputs: Outputs, name: string, seen = new Set<string>()): string[] {
  if (seen.has(name) || outputs[name] === undefined) return []
  seen.add(name)
  const imports = outputs[name].imports.filter(({ kind }) => kind === 'import-statement')
  return imports.flatMap(({ path, external }) => (external ? [path] : staticImports(outputs, path, seen)))
}
