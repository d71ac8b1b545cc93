import { expect, test } from 'vitest'
import { healthOf } from './health.ts'

test('health of one machine, of AWS, of a fault, and of no answer', () => {
  expect(healthOf({ status: 'ok', position: '07', commands: 7, lakePosition: 5 })).toMatchObject({
    status: 'ok',
    servesMetrics: true,
    commands: 7,
    lakePosition: 5,
    causes: [],
  })
  expect(healthOf({ status: 'ok' })).toMatchObject({ status: 'ok', servesMetrics: false })
  const causes = [{ cause: 'log_full', since: '2026-01-31T12:00:00.000Z', detail: 'd' }, 7]
  expect(healthOf({ status: 'degraded', causes })).toMatchObject({
    status: 'degraded',
    causes: [causes[0], { cause: 'unknown', detail: '' }],
  })
  expect(healthOf({ status: 'failing', code: 'core_not_responding', detail: 'x' })).toMatchObject({
    status: 'failing',
    causes: [{ cause: 'core_not_responding', detail: 'x' }],
  })
  expect(healthOf(undefined)).toMatchObject({ status: 'unreachable', servesMetrics: false })
})
