/** Numbers of the status as short text for people: a few digits with a unit. What is not known is a dash. */

export const UNKNOWN = '–'

type Known = number | null

/** 1,234 or 12.3 M. */
export function count(value: Known): string {
  if (value === null) return UNKNOWN
  if (Math.abs(value) >= 1e9) return `${(value / 1e9).toFixed(2)} G`
  if (Math.abs(value) >= 1e7) return `${(value / 1e6).toFixed(1)} M`
  return Math.round(value).toLocaleString('en-US')
}

/** A rate a second: with a decimal below 10. */
export const perSecond = (value: Known): string => {
  if (value === null) return UNKNOWN
  return `${value > 0 && value < 10 ? value.toFixed(1) : count(value)}/s`
}

/** A duration in seconds with three digits: 35 µs, 1.24 ms, 2.5 s. */
export function duration(seconds: Known): string {
  if (seconds === null) return UNKNOWN
  if (seconds >= 1) return `${digits(seconds)} s`
  return seconds >= 0.001 ? `${digits(seconds * 1e3)} ms` : `${digits(seconds * 1e6)} µs`
}

const digits = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)

/** An age or an uptime in seconds: its two largest units. */
export function age(seconds: Known): string {
  if (seconds === null) return UNKNOWN
  const whole = Math.floor(seconds)
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}

export function bytes(value: Known): string {
  if (value === null) return UNKNOWN
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [size, unit] = [value, 0]
  while (size >= 1_000 && unit < units.length - 1) [size, unit] = [size / 1_000, unit + 1]
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`
}

export const share = (value: Known): string => (value === null ? UNKNOWN : `${(value * 100).toFixed(1)} %`)
