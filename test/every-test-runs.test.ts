/** A run with a skipped test fails only if EXCHANGE_REQUIRE_ALL=1. */

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from './contracts/temporary-directory.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('a skipped test fails the run where every test is required', () => {
  const folder = temporaryDirectory()
  const imports = `import { test } from '${join(root, 'node_modules/vitest/dist/index.js')}'\n`
  writeFileSync(
    join(folder, 'redis.test.mjs'),
    `${imports}test('runs', () => {})\ntest.skipIf(true)('needs Redis', () => {})\n`,
  )
  const words = ['run', '--root', folder, '--reporter=default', `--reporter=${join(root, 'test/every-test-runs.ts')}`]
  const run = (required: string) =>
    spawnSync(join(root, 'node_modules/.bin/vitest'), words, {
      cwd: folder,
      env: { PATH: process.env.PATH, EXCHANGE_REQUIRE_ALL: required },
      encoding: 'utf8',
    })
  expect(run('0')).toMatchObject({ status: 0 })
  const strict = run('1')
  expect(strict.stderr).toContain('1 tests were skipped:\n  redis.test.mjs: needs Redis')
  expect(strict.status).toBe(1)
})
