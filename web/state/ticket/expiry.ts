/** Times as `<input type="datetime-local">` has them: without a zone, which the settings say. */

export type ExpiryZone = 'local' | 'utc'

/** undefined: the text is no time. */
export function timeOf(text: string, zone: ExpiryZone): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return undefined
  const time = new Date(zone === 'utc' ? `${text}Z` : text)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** Whole seconds: `2026-01-31T12:00:00`. */
export function localTimeText(timeMs: number, zone: ExpiryZone): string {
  const offsetMs = zone === 'utc' ? 0 : new Date(timeMs).getTimezoneOffset() * 60_000
  return new Date(timeMs - offsetMs).toISOString().slice(0, 19)
}
