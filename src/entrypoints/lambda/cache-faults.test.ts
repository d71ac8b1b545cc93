import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CACHE_FAULTS } from '../../protocol/service-fault.ts'
import { FAULT_METRICS } from './cache-faults.ts'

test('each fault has a remedy and its metric on the troubleshooting page', () => {
  const page = readFileSync(new URL('../../../docs/operate/troubleshooting.md', import.meta.url), 'utf8')
  for (const fault of CACHE_FAULTS) {
    expect(page, fault).toMatch(new RegExp(`^\\| \`${fault}\` \\| \`${FAULT_METRICS[fault]}\` \\| .+`, 'm'))
  }
})
