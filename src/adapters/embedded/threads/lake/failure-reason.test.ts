/** Reasons that anybody may read. */

import { expect, test } from 'vitest'
import { DamagedLake } from '../../../../lake/lake-position.ts'
import { UnknownVersion } from '../../../../protocol/versions.ts'
import { failureReason } from './failure-reason.ts'

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code })

test.each([
  [withCode("EACCES: permission denied, open '/srv/data/lake/lake.json'", 'EACCES'), 'permission denied (EACCES)'],
  [withCode("EMFILE: too many open files, open '/srv/data/lake'", 'EMFILE'), 'EMFILE'],
  [new TypeError('/srv/data is not iterable'), 'the log of the process has the reason'],
  [new DamagedLake('lake.json is damaged'), 'lake.json is damaged'],
  [new UnknownVersion('the lake', 2, 1, 1), new UnknownVersion('the lake', 2, 1, 1).message],
])('%s', (cause, reason) => {
  expect(failureReason(cause)).toBe(reason)
})
