import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { BadDemoMarker, demoMarker } from './demo-marker.ts'

const fileIn = (directory: string) => join(directory, 'demo-market.json')

test('it has the last run, and its stored bytes stay readable', () => {
  const path = fileIn(temporaryDirectory())
  const marker = demoMarker(path)
  expect(marker.lastRun()).toBeUndefined()
  marker.noteRun(3)
  expect(marker.lastRun()).toBe(3)
  expect(readFileSync(path, 'utf8')).toBe('{"version":1,"run":3}\n')
  expect(demoMarker(path).lastRun()).toBe(3)
})

test.each([
  ['', 'is damaged'],
  ['null', 'is damaged'],
  ['{"version":1}', 'is damaged'],
  ['{"version":1,"run":0}', 'is damaged'],
  ['{"version":2,"run":3}', 'was written by a newer program'],
])('%j is refused', (text, reason) => {
  const path = fileIn(temporaryDirectory())
  writeFileSync(path, text)
  expect(() => demoMarker(path)).toThrow(BadDemoMarker)
  expect(() => demoMarker(path)).toThrow(reason)
})
