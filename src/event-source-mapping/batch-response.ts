/**
 * Reads a function's response as Lambda does with ReportBatchItemFailures. An empty response is success. The
 * lowest sequence number of several failures counts. An identifier that is empty, null, misnamed or not of this
 * batch makes the whole batch fail, so that the mapping repeats records instead of skipping them.
 */

/** The index of the first record that failed. If none failed, the number of records. */
export function firstFailure(response: unknown, sequenceNumbers: readonly string[]): number {
  if (response === null || response === undefined) return sequenceNumbers.length
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures
  if (failures === null || failures === undefined) return sequenceNumbers.length
  if (!Array.isArray(failures)) return 0
  let first = sequenceNumbers.length
  for (const failure of failures) {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier
    const index = typeof identifier === 'string' ? sequenceNumbers.indexOf(identifier) : -1
    first = Math.min(first, Math.max(0, index))
  }
  return first
}
