/** Sums of the metrics in the lines that functions log, and the newest of their other lines. */

const KEPT = 20

export class LogMetrics {
  /** The newest warnings and errors, to be shown if the run fails. */
  readonly warnings: string[] = []
  private readonly sums = new Map<string, number>()
  /** Lines that have one of the words that a fault is known by. */
  private readonly words = new Map<string, number>()

  sum(metric: string): number {
    return this.sums.get(metric) ?? 0
  }

  /** How many lines have `"fault":"…"` with this name. */
  faults(name: string): number {
    return this.words.get(name) ?? 0
  }

  take(functionName: string, line: string): void {
    if (line.includes('"_aws"')) {
      this.takeMetrics(line)
      return
    }
    for (const [, name] of line.matchAll(/"fault":"(\w+)"/g)) this.words.set(name, (this.words.get(name) ?? 0) + 1)
    this.warnings.push(`${functionName}: ${line}`)
    if (this.warnings.length > KEPT) this.warnings.shift()
  }

  private takeMetrics(line: string): void {
    const { _aws, ...values } = JSON.parse(line) as { _aws: unknown } & Record<string, unknown>
    for (const [name, value] of Object.entries(values)) {
      const numbers = [value].flat().filter((each) => typeof each === 'number')
      const sum = numbers.reduce((total, each) => total + each, 0)
      if (numbers.length > 0) this.sums.set(name, (this.sums.get(name) ?? 0) + sum)
    }
  }
}
