/**
 * A topic between two rounds of pushes: the number of the last event that its followers have, and who they are. All of
 * them have the same. A follower that is not known gets a snapshot, which continues with the next update.
 */

import { SOCKET_FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import type { SymbolTopic } from '../topics/symbol-topic.ts'
import type { Outbox } from './outbox.ts'

export class PushedTopic<T extends SymbolTopic = SymbolTopic> {
  readonly topic: T
  /** The last event that the followers have. */
  sent: number
  private known = new Set<string>()

  constructor(topic: T, sent: number) {
    this.topic = topic
    this.sent = sent
  }

  /** Forgets whoever does not follow the topic any more. */
  keep(followers: ReadonlySet<string>): void {
    for (const connectionId of this.known) if (!followers.has(connectionId)) this.known.delete(connectionId)
  }

  /** Returns whether the connection had its messages. It gets a snapshot in the next round. */
  forget(connectionId: string): boolean {
    return this.known.delete(connectionId)
  }

  /** Sends what has changed up to event `to`. If the topic has changed without an event, everything is sent. */
  update(to: number, outbox: Outbox): void {
    const from = this.sent + 1
    this.sent = Math.max(to, this.sent)
    this.post(from <= to ? this.topic.update(from, to) : this.topic.snapshot(this.sent), outbox)
  }

  snapshotForAll(outbox: Outbox): void {
    this.post(this.topic.snapshot(this.sent), outbox)
  }

  /** Sends a snapshot to those that are not known, and to those that ask for one. */
  join(followers: ReadonlySet<string>, joining: ReadonlySet<string>, outbox: Outbox): void {
    let text: string | undefined
    for (const connectionId of followers) {
      if (this.known.has(connectionId) && !joining.has(connectionId)) continue
      this.known.add(connectionId)
      text ??= this.topic.snapshot(this.sent)
      outbox.add(connectionId, text)
    }
  }

  /** An update that is too long contains more than a snapshot. Symbols and numbers are ASCII. */
  private post(text: string, outbox: Outbox): void {
    if (this.known.size === 0) return
    const fits = text.length <= SOCKET_FRAME_BYTES_MAX ? text : this.topic.snapshot(this.sent)
    for (const connectionId of this.known) outbox.add(connectionId, fits)
  }
}
