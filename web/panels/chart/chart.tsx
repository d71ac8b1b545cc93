/** Candles and volume of the symbol on the screen. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Chart() {
  return <PanelFrame title="Chart" freshness="loading" />
}
