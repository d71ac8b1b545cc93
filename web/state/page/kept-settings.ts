/**
 * The settings as text in the browser's storage. Content that is unknown, of another version or wrong falls back to
 * the defaults, field by field, so that no stored text can keep the screen from starting.
 */

import { INTERVALS, type Interval } from '../../../src/protocol/candle-interval.ts'

export type Theme = 'system' | 'dark' | 'light'
export type Palette = 'standard' | 'safe'
export type Zone = 'local' | 'utc'

export interface Settings {
  readonly theme: Theme
  readonly palette: Palette
  readonly hotkeysOn: boolean
  readonly timeZone: Zone
  readonly symbol: string
  readonly interval: Interval
  readonly grouping: Readonly<Record<string, number>>
  readonly watchList: readonly string[]
  readonly bookView: 'ladder' | 'depth'
  readonly chartView: 'candles' | 'depth'
  readonly confirmOrders: boolean
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  palette: 'standard',
  hotkeysOn: true,
  timeZone: 'local',
  symbol: '',
  interval: '1m',
  grouping: {},
  watchList: [],
  bookView: 'ladder',
  chartView: 'candles',
  confirmOrders: false,
}

const VERSION = 1
/** Of an exchange with a thousand instruments nobody watches more. */
const NAMES_MAX = 1_000

type Check<T> = (value: unknown) => value is T

const oneOf =
  <T extends string>(words: readonly T[]): Check<T> =>
  (value): value is T =>
    words.includes(value as T)
const isFlag: Check<boolean> = (value): value is boolean => typeof value === 'boolean'
const isText: Check<string> = (value): value is string => typeof value === 'string' && value.length <= 64
const isNames: Check<readonly string[]> = (value): value is readonly string[] =>
  Array.isArray(value) && value.length <= NAMES_MAX && value.every(isText)
const isGrouping: Check<Settings['grouping']> = (value): value is Settings['grouping'] =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((ticks) => Number.isSafeInteger(ticks) && (ticks as number) >= 1)

const CHECKS: { readonly [N in keyof Settings]: Check<Settings[N]> } = {
  theme: oneOf(['system', 'dark', 'light']),
  palette: oneOf(['standard', 'safe']),
  hotkeysOn: isFlag,
  timeZone: oneOf(['local', 'utc']),
  symbol: isText,
  interval: oneOf(INTERVALS),
  grouping: isGrouping,
  watchList: isNames,
  bookView: oneOf(['ladder', 'depth']),
  chartView: oneOf(['candles', 'depth']),
  confirmOrders: isFlag,
}

export const settingsText = (settings: Settings): string => JSON.stringify({ version: VERSION, ...settings })

export function settingsOf(text: string | undefined): Settings {
  const stored = objectOf(text)
  if (stored.version !== VERSION) return DEFAULT_SETTINGS
  const valid = Object.entries(CHECKS).filter(([name, check]) => check(stored[name]))
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(valid.map(([name]) => [name, stored[name]])) }
}

function objectOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
