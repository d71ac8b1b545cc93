/** Offers to start the demo market where the market is empty. */

export function DemoOffer() {
  return null
}
