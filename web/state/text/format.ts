/** How numbers and times look. Numbers stay decimal text: nothing is rounded but in {@link compact}. */

import type { Zone } from '../page/kept-settings.ts'

/** `50021.83` is `50,021.83`. */
export function groupThousands(decimal: string): string {
  const point = decimal.indexOf('.')
  const whole = point < 0 ? decimal : decimal.slice(0, point)
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (point < 0 ? '' : decimal.slice(point))
}

/** The text with `decimals` decimals, its trailing zeros (and a point before them) apart. */
export function splitZeros(decimal: string, decimals: number): [solid: string, dim: string] {
  const text = withDecimals(decimal, decimals)
  if (!text.includes('.')) return [text, '']
  const solid = text.replace(/\.?0+$/, '')
  return [solid, text.slice(solid.length)]
}

/** The text with zeros added up to `decimals` decimals. More are never cut off. */
export function withDecimals(decimal: string, decimals: number): string {
  const point = decimal.indexOf('.')
  if (decimals === 0) return decimal
  const places = point < 0 ? 0 : decimal.length - point - 1
  return (point < 0 ? `${decimal}.` : decimal) + '0'.repeat(Math.max(0, decimals - places))
}

const UNITS = ['', 'K', 'M', 'B', 'T', 'Q']

/** Three digits and a unit, cut off and not rounded up: `12.4M`. Only where there is no room for all digits. */
export function compact(decimal: string): string {
  const [whole, rest = ''] = decimal.split('.')
  const digits = whole.replace(/^0+(?=\d)/, '')
  const thousands = Math.min(Math.floor((digits.length - 1) / 3), UNITS.length - 1)
  const shown = digits.length - 3 * thousands
  const fraction = `${digits.slice(shown)}${rest}`.slice(0, Math.max(0, 3 - shown)).replace(/0+$/, '')
  return `${groupThousands(digits.slice(0, shown))}${fraction === '' ? '' : `.${fraction}`}${UNITS[thousands]}`
}

/** `HH:mm:ss.SSS`. Text that is not a time is returned as it is. */
export function timeText(iso: string, zone: Zone): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  if (zone === 'utc') return time.toISOString().slice(11, 23)
  const two = (value: number): string => String(value).padStart(2, '0')
  const millis = String(time.getMilliseconds()).padStart(3, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${millis}`
}

/** `yyyy-MM-dd`, in the same zone. */
export function dateText(iso: string, zone: Zone): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  if (zone === 'utc') return time.toISOString().slice(0, 10)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** A duration for people: `3 ms`, `1.4 s`, `12 s`, `3 min`, `5 h`. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}

/** Text of users within other text: its direction, and marks that change it, end with it. */
export const isolated = (text: string): string => (/[^ -~]/.test(text) ? `\u2068${text}\u2069` : text)
