/**
 * Reads the text format of Prometheus. A line that it does not understand is left out, because a later version of the
 * exchange may write more. Values are for charts, so they are floats.
 */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** The samples of each name, in the order of the text. */
export type Metrics = ReadonlyMap<string, readonly Sample[]>

const LINE = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/
const LABEL = /([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }

export function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, Sample[]>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, name, labels = '', number] = LINE.exec(line.trim()) ?? []
    const value = numberOf(number)
    if (name === undefined || value === undefined) continue
    const samples = metrics.get(name)
    const sample = { labels: labelsOf(labels), value }
    if (samples === undefined) metrics.set(name, [sample])
    else samples.push(sample)
  }
  return metrics
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

function labelsOf(text: string): Labels {
  const labels: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(LABEL)) {
    labels[name] = value.replace(/\\(.)/g, (both, escaped: string) => ESCAPES[escaped] ?? both)
  }
  return labels
}
