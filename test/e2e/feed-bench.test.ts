/** The benchmark of the feed runs on tiny inputs, so that it cannot rot. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { compileBench } from '../once-in-run.ts'
import { ROOT } from './running-exchange.ts'

const run = promisify(execFile)

beforeAll(compileBench, 120_000)

test('npm run bench -- feed measures every row', async () => {
  const words = [join(ROOT, 'dist-bench/bench/run.js'), 'feed', '--tiny', '--json']
  const { stdout } = await run(process.execPath, words, { cwd: ROOT })
  const { rows } = JSON.parse(stdout) as { rows: { what: string; value: string }[] }
  expect(rows).toHaveLength(15)
  for (const { what, value } of rows) expect(value, what).not.toBe('')
})
