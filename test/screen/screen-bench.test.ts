/**
 * The benchmark of the trading screen runs for a few seconds, so that it cannot rot. It also holds the script of a frame
 * and the layout, while a book changes 200 times a second.
 */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import type { ScreenReport } from '../../bench/screen.ts'
import { ROOT } from '../e2e/running-exchange.ts'
import { compileBench } from '../once-in-run.ts'
import { titleOf } from '../skipped-title.ts'
import { whyNoChromium } from './chromium.ts'

/** The bar of the screen. */
const SCRIPT_P95_MAX_MS = 8
/** A machine that draws fewer frames gives each of them the changes of several, so it cannot show the bar. */
const FRAMES_MIN = 30
/** A browser calls less than 0.1 good. Rows of the book and the tape that moved would add more than this at once. */
const SHIFT_MAX = 0.01

const reason = whyNoChromium()

beforeAll(async () => {
  if (reason === undefined) await compileBench()
}, 120_000)

test.skipIf(reason !== undefined)(
  titleOf('npm run bench -- screen measures every row; frames and layout keep their bars', reason),
  async () => {
    const words = [join(ROOT, 'dist-bench/bench/run.js'), 'screen', '--tiny', '--json']
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT })
    const { rows, figures } = JSON.parse(stdout) as ScreenReport
    expect(rows).toHaveLength(6)
    for (const { what, value } of rows) expect(value, what).not.toBe('')
    expect(figures.layoutShift).toBeLessThan(SHIFT_MAX)
    if (figures.framesPerSecond >= FRAMES_MIN) expect(figures.scriptP95Ms).toBeLessThanOrEqual(SCRIPT_P95_MAX_MS)
  },
)
