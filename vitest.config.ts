import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Real processes, real servers, Terraform: minutes, not seconds. */
const endToEnd = [
  'test/e2e/**/*.test.ts',
  'test/live/**/*.test.ts',
  'test/aws/**/*.test.ts',
  'test/chaos/**/*.test.ts',
  'test/infra/{apply,check,instruments,mapping}.test.ts',
  'test/redis/**/*.test.ts',
  'src/entrypoints/**/*.test.ts',
]
/** The trading screen in a real browser, before the real process. */
const screens = ['test/screen/**/*.test.ts']
/** Many seeds of the whole matcher: seconds each, and only what they search for changes them. */
const searches = ['test/simulation/**/*.test.ts']

export default defineConfig({
  test: {
    // End-to-end tests wait for processes, timers and disks, so one file more than there are processors can run.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './test/every-test-runs.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...endToEnd, ...screens, ...searches],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'simulation', include: searches, testTimeout: 120_000 } },
      {
        test: {
          name: 'screen',
          include: screens,
          globalSetup: ['test/e2e/build-once.ts', 'test/screen/one-browser.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: endToEnd,
          globalSetup: ['test/e2e/build-once.ts'],
          // Tests of the real process may wait long for a busy machine; none waits without need.
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
