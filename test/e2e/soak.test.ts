/** A short soak: nothing that was acknowledged is lost under any attack. Times are measured by longer runs only. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { compileBench } from '../once-in-run.ts'
import { ROOT } from './running-exchange.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (file: string, words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(file, [...words], { cwd: ROOT }, (cause, stdout, stderr) =>
      resolve({ code: cause === null ? 0 : Number(cause.code), stdout, stderr }),
    )
  })

const soak = (...words: string[]) => run(process.execPath, [join(ROOT, 'dist-bench/bench/soak/run.js'), ...words])

beforeAll(compileBench, 120_000)

test('no acknowledged order is lost beside an attacker, and the records agree with the log', async () => {
  const chosen = ['unknown fields', 'send nothing'].flatMap((text) => ['--attack', text])
  const { code, stdout, stderr } = await soak('--seconds', '1', '--json', ...chosen)
  expect(stderr).toBe('')
  const { rows } = JSON.parse(stdout)
  expect(rows).toHaveLength(3)
  for (const row of rows) {
    expect(row).toMatchObject({ lost: 0, faults: [] })
    expect(row.orders).toBeGreaterThan(0)
  }
  expect(code).toBe(0)
})

test('wrong words are refused', async () => {
  for (const words of [
    ['--attack', 'none has this name'],
    ['--seconds', '0'],
    ['--hours', '1'],
  ]) {
    const { code, stderr } = await soak(...words)
    expect(stderr).toContain('Usage: npm run soak')
    expect(code).toBe(2)
  }
  expect(await soak('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--minutes N') })
})
