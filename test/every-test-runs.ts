/**
 * A reporter that fails a run in which a test was skipped, if EXCHANGE_REQUIRE_ALL=1. Tests of Redis, Terraform,
 * strace and other programs are skipped on a machine that lacks the program. CI installs all of them, so there a
 * skipped test is a fault of the pipeline and must not be green.
 */

import type { Reporter, TestModule } from 'vitest/node'

/** Files whose tests may be skipped, with the reason. */
export const MAY_BE_SKIPPED: Readonly<Record<string, string>> = {
  'test/marketdata/real-feed.test.ts': 'the file of the venue is not in the repository',
  'test/replay/real-feed.test.ts': 'the file of the venue is not in the repository',
}

/** The skipped tests that have no reason. */
export function unexcused(modules: readonly Pick<TestModule, 'relativeModuleId' | 'children'>[]): string[] {
  return modules
    .filter(({ relativeModuleId }) => MAY_BE_SKIPPED[relativeModuleId] === undefined)
    .flatMap(({ relativeModuleId, children }) =>
      [...children.allTests('skipped')].map(({ fullName }) => `${relativeModuleId}: ${fullName}`),
    )
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter as the default export of its file
export default class EveryTestRuns implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (process.env.EXCHANGE_REQUIRE_ALL !== '1') return
    const skipped = unexcused(modules)
    if (skipped.length === 0) return
    console.error(`EXCHANGE_REQUIRE_ALL=1, but ${skipped.length} tests were skipped:\n  ${skipped.join('\n  ')}`)
    process.exitCode = 1
  }
}
