/** Short messages to the user: fills, finished actions, errors. An error stays until it is dismissed. */

import { type ReadonlySignal, signal } from '@preact/signals'

export type NoticeKind = 'fill' | 'done' | 'error'

export interface Notice {
  readonly id: number
  readonly kind: NoticeKind
  readonly text: string
  readonly atMs: number
}

/** More are not readable. The oldest goes first. */
const SHOWN_MAX = 5

const shown = signal<readonly Notice[]>([])
let lastId = 0

export const notices: ReadonlySignal<readonly Notice[]> = shown

export function notify(kind: NoticeKind, text: string): void {
  shown.value = [...shown.peek(), { id: ++lastId, kind, text, atMs: Date.now() }].slice(-SHOWN_MAX)
}

export function dismiss(id: number): void {
  shown.value = shown.peek().filter((notice) => notice.id !== id)
}
