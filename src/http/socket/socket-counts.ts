/** Counts of the socket server, for metrics. */

export class SocketCounts {
  /** Connections since the start. */
  opened = 0
  /** Messages since the start. */
  received = 0
  sent = 0
  /** Bytes that clients have not read, at the end of the last turn. */
  waitingBytes = 0
  /** Ended connections by close code. */
  readonly closedByCode = new Map<number, number>()
  /** Refused handshakes by the code of the problem. */
  readonly refusedByCode = new Map<string, number>()
  private ended = 0

  get connections(): number {
    return this.opened - this.ended
  }

  closed(code: number): void {
    this.ended++
    this.closedByCode.set(code, (this.closedByCode.get(code) ?? 0) + 1)
  }

  refused(code: string): void {
    this.refusedByCode.set(code, (this.refusedByCode.get(code) ?? 0) + 1)
  }
}
