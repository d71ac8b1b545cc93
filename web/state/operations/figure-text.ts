/** Figures in words: three digits and a unit that fits. */

import type { Unit } from './chart-table.ts'

const MISSING = '–'

export function figureText(value: number | undefined, unit: Unit): string {
  if (value === undefined) return MISSING
  switch (unit) {
    case 'perSecond':
      return `${numberText(value)}/s`
    case 'seconds':
      return secondsText(value)
    case 'bytes':
      return bytesText(value)
    case 'bytesPerSecond':
      return `${bytesText(value)}/s`
    case 'share':
      return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`
    case 'count':
      return countText(value)
  }
}

function secondsText(value: number): string {
  if (value === 0) return '0 ms'
  if (value < 0.001) return `${digits(value * 1_000_000)} µs`
  return value < 1 ? `${digits(value * 1_000)} ms` : `${digits(value)} s`
}

function bytesText(value: number): string {
  const index = value < 1_000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), 4)
  return `${digits(value / 1_000 ** index)} ${['B', 'kB', 'MB', 'GB', 'TB'][index]}`
}

const countText = (value: number): string =>
  value < 10 ? digits(value) : value < 100_000 ? wholeText(value) : shortText(value)

const numberText = (value: number): string => (value < 100_000 ? digits(value) : shortText(value))

const wholeText = (value: number): string => Math.round(value).toLocaleString('en')

const shortText = (value: number): string =>
  value < 1_000_000 ? `${digits(value / 1_000)}k` : `${digits(value / 1_000_000)}M`

/** Up to three digits, or all of a whole number. */
function digits(value: number): string {
  if (value === 0) return '0'
  if (value >= 100) return wholeText(value)
  const text = value < 10 ? value.toFixed(value < 0.1 ? 3 : 2) : value.toFixed(1)
  return text.replace(/\.?0+$/, '')
}
