/**
 * Counts the writes that the Kinesis emulator has answered. So a reader in the same process need not ask the emulator
 * again and again whether there is something new: every question costs the processor milliseconds.
 */

import type { Server } from 'node:http'
import type { StreamWrites } from '../../event-source-mapping/kinesis-source.ts'

const WRITES = /\.(PutRecords?|SplitShard|MergeShards|UpdateShardCount)$/
/** A reader looks this often in any case. */
const WITHIN_MS = 250

export class KinesisWrites implements StreamWrites {
  count = 0
  private readonly waiting = new Set<() => void>()

  constructor(server: Server) {
    server.on('request', ({ headers }, response) => {
      if (WRITES.test(String(headers['x-amz-target']))) response.once('finish', () => this.answered())
    })
  }

  async above(count: number): Promise<void> {
    if (this.count > count) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, WITHIN_MS)
      this.waiting.add(wake)
    })
  }

  private answered(): void {
    this.count++
    for (const wake of this.waiting) wake()
  }
}
