/** Processor time of this process, for benchmarks on a machine that may be busy. */

/** Runs once to warm up, then `rounds` times. Returns the nanoseconds for each of `count` items, lowest first. */
export function processorTimes(rounds: number, count: number, run: () => void): number[] {
  run()
  return Array.from({ length: rounds }, () => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return ((user + system) * 1_000) / count
  }).sort((a, b) => a - b)
}
