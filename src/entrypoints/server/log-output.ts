/**
 * Where the lines of the log go: a stream such as standard error, without ever waiting for its reader. If a pipe is
 * not read, lines are kept up to a bound, and then dropped and counted. When there is room again, a line says how
 * many were dropped.
 */

import type { Writable } from 'node:stream'

/** Bytes that wait for a reader: some thousand lines. */
const WAITING_BYTES_MAX = 1024 * 1024

export class LogOutput {
  private readonly stream: Writable
  private dropped = 0
  /** Called with the number of dropped lines. It may write a line. */
  onDropped: (lines: number) => void = () => {}

  constructor(stream: Writable) {
    this.stream = stream
    // A failed write, for example after its terminal was closed, does not stop the exchange.
    stream.on('error', () => {})
    stream.on('drain', () => this.tell())
  }

  write(line: string): void {
    if (this.stream.writableLength + line.length > WAITING_BYTES_MAX) {
      this.dropped++
      return
    }
    this.tell()
    this.stream.write(line)
  }

  private tell(): void {
    const { dropped } = this
    this.dropped = 0
    if (dropped > 0) this.onDropped(dropped)
  }
}
