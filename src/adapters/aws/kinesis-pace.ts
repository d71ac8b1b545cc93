/**
 * When a shard may be read again. A shard answers five reads and 2 MB in a second, for all its readers together; after
 * an answer of 10 MB it refuses for five seconds. So pages stay below 2 MB, and each waits until the last one is paid
 * for. The mapping, which delivers new records, needs the rest.
 */

/** The mapping polls once a second, and twice or more when it is behind. */
const READ_INTERVAL_MS = 625
/** Of 2,000,000 bytes: the mapping reads what arrives, mostly far less than the maximum of 1 MB. */
const BYTES_PER_SECOND = 1_700_000
const PAGE_BYTES = 1_500_000
const RECORDS_MAX = 10_000
/** Before the size of the records is known: at most 900,000 bytes each. */
const FIRST_RECORDS = 100
const REFUSED_MS = 1_000
const REFUSED_MAX_MS = 5_000

export class ReadPace {
  /** Records of the next read. */
  limit = FIRST_RECORDS
  private readAtMs = 0
  private refusals = 0

  /** How long to wait before the next read. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.readAtMs - nowMs)
  }

  read(nowMs: number, records: number, bytes: number): void {
    this.refusals = 0
    this.readAtMs = nowMs + Math.max(READ_INTERVAL_MS, (bytes / BYTES_PER_SECOND) * 1_000)
    if (records === 0) return
    const fitting = Math.floor(PAGE_BYTES / Math.max(1, bytes / records))
    // Larger records may follow, so it grows in steps.
    this.limit = Math.max(1, Math.min(RECORDS_MAX, fitting, Math.max(FIRST_RECORDS, this.limit * 4)))
  }

  /** The service refused a read: wait a second, then up to the five seconds that an answer of 10 MB costs. */
  refused(nowMs: number): void {
    this.readAtMs = nowMs + Math.min(REFUSED_MAX_MS, REFUSED_MS * 2 ** this.refusals++)
    this.limit = Math.max(1, this.limit >> 1)
  }
}
