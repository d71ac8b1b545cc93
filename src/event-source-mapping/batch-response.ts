/**
 * What Lambda reads out of a function's answer where partial responses are reported. Nothing said is
 * success. Of several failures the lowest sequence number counts. An identifier that is empty, null,
 * misnamed or of no record of the batch makes all of it fail: the mapping rather repeats than skips.
 */

/** The index of the first record that failed; the number of records if none did. */
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
