/** The order book of the symbol on the screen. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Book() {
  return <PanelFrame title="Book" freshness="loading" />
}
