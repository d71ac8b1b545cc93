/** Says that the orders of this exchange are those of a demo market. */

export function DemoMark() {
  return null
}
