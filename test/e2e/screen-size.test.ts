/**
 * What a browser loads for the trading screen, compressed: at most 130 KB of script and style in all. Each part has a
 * limit of its own, so that a part which grows is noticed before there is no room left.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ROOT } from './running-exchange.ts'

const TOTAL_KB_MAX = 130

/** By the name of a file in dist/web/assets. Every other script belongs to the screen itself. */
const PARTS = [
  { name: 'preact and signals', file: /^preact-/, maxKb: 9 },
  { name: 'client and market data', file: /^client-/, maxKb: 10 },
  { name: 'lightweight-charts', file: /^lightweight-charts-/, maxKb: 54 },
  { name: 'style', file: /\.css$/, maxKb: 8 },
  { name: 'screen', file: /\.js$/, maxKb: 53 },
]

test('script and style of the screen weigh at most 130 KB', () => {
  const folder = join(ROOT, 'dist/web/assets')
  const weights = new Map(PARTS.map(({ name }) => [name, 0]))
  for (const name of readdirSync(folder)) {
    const part = PARTS.find(({ file }) => file.test(name))
    if (part === undefined) continue
    const kb = gzipSync(readFileSync(join(folder, name)), { level: 9 }).length / 1000
    weights.set(part.name, (weights.get(part.name) ?? 0) + kb)
  }
  const total = [...weights.values()].reduce((sum, kb) => sum + kb, 0)
  const text = [...weights, ['in all', total] as const].map(([name, kb]) => `${name} ${kb.toFixed(1)} KB`).join(', ')
  console.log(`The screen, compressed: ${text}`)
  for (const { name, maxKb } of PARTS) expect(weights.get(name), text).toBeLessThanOrEqual(maxKb)
  expect(total, text).toBeLessThanOrEqual(TOTAL_KB_MAX)
})
