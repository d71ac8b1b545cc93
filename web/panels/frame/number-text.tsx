/**
 * A number whose trailing zeros are dimmed. It is one text, and the zeros are a highlighted range of it: as an element of
 * their own they would begin elsewhere with each number, which a browser counts as a shift of the layout. In a browser
 * without highlights the zeros are not dimmed.
 */

import type { ReadonlySignal } from '@preact/signals'
import { effect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'

// Where the system chooses the colors, a highlight would look like a selection.
const isDimmed = typeof Highlight !== 'undefined' && !matchMedia('(forced-colors: active)').matches
const zeros = isDimmed ? new Highlight() : undefined
if (zeros !== undefined) CSS.highlights.set('zeros', zeros)

export interface NumberTextProps {
  readonly solid: ReadonlySignal<string>
  readonly zeros: ReadonlySignal<string>
}

export function NumberText({ solid, zeros: dimmed }: NumberTextProps) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => (place.current === null ? undefined : follow(place.current, solid, dimmed)), [solid, dimmed])
  return <span ref={place} />
}

function follow(place: HTMLElement, solid: ReadonlySignal<string>, dimmed: ReadonlySignal<string>): () => void {
  const text = document.createTextNode('')
  place.replaceChildren(text)
  let range: StaticRange | undefined
  const clear = (): void => {
    if (range !== undefined) zeros?.delete(range)
    range = undefined
  }
  const end = effect(() => {
    const start = solid.value
    const rest = dimmed.value
    text.data = start + rest
    clear()
    if (rest === '' || zeros === undefined) return
    const [startContainer, endContainer] = [text, text]
    range = new StaticRange({ startContainer, startOffset: start.length, endContainer, endOffset: text.length })
    zeros.add(range)
  })
  return () => {
    end()
    clear()
  }
}
