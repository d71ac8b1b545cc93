/**
 * The limits that Kinesis documents for reads of one shard, for all its readers together: five reads and 2 MB in a
 * second; after an answer of 10 MB, five seconds of refusal. The caller passes the time.
 */

const READS_PER_SECOND = 5
const BYTES_PER_SECOND = 2_000_000
/** The bytes of one answer. */
export const ANSWER_BYTES_MAX = 10_000_000
const REFUSED_MS = 5_000

export class ShardReadLimits {
  private reads: number[] = []
  /** Bytes that may be read now. Less than 0: a debt that time pays. */
  private tokens = BYTES_PER_SECOND
  private tokensAtMs = 0
  private refusedUntilMs = 0

  /** Whether the shard answers a read now. If so, the read counts. */
  admit(nowMs: number): boolean {
    this.reads = this.reads.filter((atMs) => atMs > nowMs - 1_000)
    this.tokens = Math.min(BYTES_PER_SECOND, this.tokens + ((nowMs - this.tokensAtMs) / 1_000) * BYTES_PER_SECOND)
    this.tokensAtMs = nowMs
    if (this.reads.length >= READS_PER_SECOND || this.tokens <= 0 || nowMs < this.refusedUntilMs) return false
    this.reads.push(nowMs)
    return true
  }

  /** The bytes of the answer to an admitted read. */
  answered(nowMs: number, bytes: number): void {
    this.tokens -= bytes
    if (bytes >= ANSWER_BYTES_MAX) this.refuse(nowMs + REFUSED_MS)
  }

  /** Refuses all reads until then. */
  refuse(untilMs: number): void {
    this.refusedUntilMs = Math.max(this.refusedUntilMs, untilMs)
  }
}
