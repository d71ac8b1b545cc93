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

/**
 * They replace modules, or their modules keep state, so each runs in a process of its own. All other unit tests share
 * the modules that a process has loaded, which saves more time than the tests take.
 */
const alone = [
  'web/**/*.test.ts',
  // It asks what V8 has compiled.
  'src/engine/rehearsal.test.ts',
  'src/lake-query/lake-folder.test.ts',
  'src/adapters/embedded/log/sync-order.test.ts',
  'src/adapters/embedded/records/record-store.test.ts',
  'src/adapters/embedded/lake/{lake-folder,joined-day}.test.ts',
  'src/adapters/embedded/threads/lake/lake-follower.test.ts',
  'src/adapters/embedded/directory-lock.test.ts',
  'src/recovery/record-keeper.test.ts',
  // Emulators that the files of a process would share.
  'src/adapters/aws/**/*.test.ts',
]
/** Minutes of processor time, and commands of their own: `npm run infra:test`, `infra:check`, `soak`, `test:all`. */
const onRequest =
  process.env.TESTS === 'all'
    ? []
    : ['test/infra/{apply,mapping}.test.ts', 'test/e2e/soak.test.ts', 'test/screen/screen-bench.test.ts']

export default defineConfig({
  test: {
    // End-to-end tests wait for processes, timers and disks, so one file more than there are processors can run.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './test/every-test-runs.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...endToEnd, ...screens, ...searches, ...alone],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      { test: { name: 'unit-alone', include: alone, testTimeout: 60_000 } },
      { test: { name: 'simulation', include: searches, testTimeout: 120_000 } },
      {
        test: {
          name: 'screen',
          include: screens,
          exclude: onRequest,
          globalSetup: ['test/e2e/build-once.ts', 'test/screen/one-browser.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: endToEnd,
          exclude: onRequest,
          globalSetup: ['test/e2e/build-once.ts'],
          // Tests of the real process may wait long for a busy machine; none waits without need.
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
