/** The messages of a tick, as plain arrays of the same length: one message costs no object of its own. */

import { JOINING_SNAPSHOT, type MessageKind, TOPIC_LOST, UPDATE } from '../../ports/market-messages.ts'

export class TopicMessages {
  readonly ids: number[] = []
  readonly kinds: MessageKind[] = []
  readonly froms: number[] = []
  readonly tos: number[] = []
  readonly texts: string[] = []

  get count(): number {
    return this.ids.length
  }

  update(id: number, from: number, to: number, text: string): void {
    this.add(id, UPDATE, from, to, text)
  }

  snapshot(id: number, to: number, text: string, kind: MessageKind = JOINING_SNAPSHOT): void {
    this.add(id, kind, to, to, text)
  }

  lost(id: number): void {
    this.add(id, TOPIC_LOST, 0, 0, '')
  }

  private add(id: number, kind: MessageKind, from: number, to: number, text: string): void {
    this.ids.push(id)
    this.kinds.push(kind)
    this.froms.push(from)
    this.tos.push(to)
    this.texts.push(text)
  }
}
