/** The size of an element, for what is drawn to fit it. */

import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

export interface Size {
  /** Pixels of the style sheet. 0: not measured yet, or not shown. */
  readonly width: number
  readonly height: number
}

export function useElementSize(element: RefObject<HTMLElement | null>): ReadonlySignal<Size> {
  const size = useSignal<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const look = (): void => {
      const { clientWidth: width, clientHeight: height } = current
      const before = size.peek()
      if (width !== before.width || height !== before.height) size.value = { width, height }
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(current)
    return () => observer.disconnect()
  }, [element, size])
  return size
}
