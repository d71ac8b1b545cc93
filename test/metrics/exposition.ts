/**
 * Reads metrics in the text format of Prometheus, and checks them against its conventions for names, types and units.
 * `promtool check metrics` checks a part of them; this also runs where promtool is missing.
 */

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Of a histogram with _bucket, _sum or _count. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Throws if the text is not in the format, or a sample has no family. */
export function readExposition(text: string): Family[] {
  const families: (Family & { samples: Sample[] })[] = []
  for (const line of text.split('\n')) {
    const help = /^# HELP (\S+) (.*)$/.exec(line)
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line)
    const last = families.at(-1)
    if (help !== null) families.push({ name: help[1], help: help[2], type: '', samples: [] })
    else if (type !== null && last?.name === type[1]) families[families.length - 1] = { ...last, type: type[2] }
    else if (line !== '') last?.samples.push(sampleOf(line, last))
  }
  return families
}

function sampleOf(line: string, { name: family, type }: Family): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  if (!suffixes.some((suffix) => name === family + suffix)) throw new Error(`${line} is not of the ${type} ${family}`)
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text])
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('+Inf', 'Infinity')) }
}

/** Units that are not base units, and abbreviations, as a word of a name. */
const WRONG_UNITS = /_(ms|millis|milliseconds|us|ns|s|secs?|minutes|hours|kb|mb|kilobytes|megabytes|percent)(_|$)/
const UNITS = ['seconds', 'bytes', 'ratio']

/** What is wrong with the families, by name. */
export function violations(families: readonly Family[]): string[] {
  const names = families.map(({ name }) => name)
  const repeated = names.filter((name, i) => names.indexOf(name) < i).map((name) => `${name}: appears twice`)
  return [...repeated, ...families.flatMap((family) => violationsOf(family).map((rule) => `${family.name}: ${rule}`))]
}

function violationsOf({ name, help, type, samples }: Family): string[] {
  const rules: [boolean, string][] = [
    [/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), 'a name is words in lower case'],
    [/^(exchange|process|nodejs)_/.test(name), 'a name begins with that of the program'],
    [type !== '', 'it has no type'],
    [(type === 'counter') === name.endsWith('_total'), 'counters end in _total, and nothing else does'],
    [!/_(count|sum|bucket|info|total)$/.test(name.replace(/_total$|^nodejs_version_info$/, '')), 'reserved suffix'],
    [!/_(counter|gauge|histogram|summary)(_|$)/.test(name), 'a name does not say the type'],
    [!WRONG_UNITS.test(name), 'units are seconds, bytes and ratios, in full'],
    [unitIsLast(name), 'the unit is last, before _total'],
    [/^[A-Z0-9].*[^.\s]$/.test(help), 'the help text begins with a capital and has no period'],
    [samples.every(({ value }) => !Number.isNaN(value)), 'a value is not a number'],
    [type !== 'counter' || samples.every(({ value }) => value >= 0), 'a counter is below zero'],
    [type === 'histogram' || samples.every(({ labels }) => !('le' in labels)), 'le is a label of histograms'],
    [samples.every(({ labels }) => !('quantile' in labels)), 'quantile is a label of summaries'],
    [new Set(samples.map(seriesOf)).size === samples.length, 'a series appears twice'],
  ]
  const wrong = rules.filter(([holds]) => !holds).map(([, rule]) => rule)
  return type === 'histogram' ? [...wrong, ...histogramViolations(samples)] : wrong
}

function unitIsLast(name: string): boolean {
  const words = name.replace(/_total$/, '').split('_')
  return !UNITS.some((unit) => words.includes(unit) && words.at(-1) !== unit)
}

const seriesOf = ({ name, labels }: Sample): string => `${name} ${JSON.stringify(Object.entries(labels).sort())}`

function histogramViolations(samples: readonly Sample[]): string[] {
  const bySeries = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels
    const series = JSON.stringify(labels)
    bySeries.set(series, [...(bySeries.get(series) ?? []), sample])
  }
  return [...bySeries.values()].flatMap((series) => {
    const buckets = series.filter(({ name }) => name.endsWith('_bucket'))
    const counts = series.filter(({ name }) => name.endsWith('_count')).map(({ value }) => value)
    const ascending = buckets.every(
      ({ labels, value }, i) =>
        i === 0 || (value >= buckets[i - 1].value && boundOf(labels.le) > boundOf(buckets[i - 1].labels.le)),
    )
    const rules: [boolean, string][] = [
      [ascending, 'buckets are cumulative and ascend'],
      [buckets.at(-1)?.labels.le === '+Inf', 'the last bucket is +Inf'],
      [counts.length === 1 && counts[0] === buckets.at(-1)?.value, 'the count is that of the last bucket'],
    ]
    return rules.filter(([holds]) => !holds).map(([, rule]) => rule)
  })
}

const boundOf = (le: string): number => Number(le.replace('+Inf', 'Infinity'))
