/** How wide a digit is in the font of the page. All digits are equally wide in tabular figures. */

const DIGITS = '0000000000'
const SAMPLE_PX = 100

let measured: number | undefined

/** Of a font of size 1. */
export function digitEm(): number {
  if (measured !== undefined) return measured
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return 0.65
  context.font = `${SAMPLE_PX}px ${getComputedStyle(document.body).fontFamily}`
  measured = context.measureText(DIGITS).width / DIGITS.length / SAMPLE_PX
  return measured
}
