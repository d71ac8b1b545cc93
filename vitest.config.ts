import { defineConfig } from 'vitest/config'

const endToEnd = [
  'test/e2e/**/*.test.ts',
  'test/aws/**/*.test.ts',
  'test/infra/{check,apply}.test.ts',
  'src/entrypoints/**/*.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: endToEnd,
          testTimeout: 60_000,
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
