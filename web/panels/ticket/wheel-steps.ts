/** Steps by the wheel, only while the field has the focus, so that a scroll of the page changes no price. */

import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { STEPS_WITH_SHIFT } from '../../state/text/steps.ts'

/** A notch of a mouse wheel is 100 or more pixels; a touch pad sends many small turns, which are added up. */
const PIXELS_OF_STEP = 40
const PIXELS_OF_LINE = 40

export function useWheelSteps(element: RefObject<HTMLInputElement | null>, move: (by: number) => void): void {
  useEffect(() => {
    const input = element.current
    if (input === null) return
    let turned = 0
    const turn = (event: WheelEvent): void => {
      if (document.activeElement !== input || event.ctrlKey) return
      event.preventDefault()
      // With Shift a browser turns sideways.
      const delta = event.deltaY === 0 ? event.deltaX : event.deltaY
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? delta : delta * PIXELS_OF_LINE
      if (Math.sign(pixels) !== Math.sign(turned)) turned = 0
      turned += Math.max(-PIXELS_OF_STEP, Math.min(PIXELS_OF_STEP, pixels))
      if (Math.abs(turned) < PIXELS_OF_STEP) return
      move((turned < 0 ? 1 : -1) * (event.shiftKey ? STEPS_WITH_SHIFT : 1))
      turned = 0
    }
    input.addEventListener('wheel', turn, { passive: false })
    return () => input.removeEventListener('wheel', turn)
  }, [element])
}
