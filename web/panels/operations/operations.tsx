/** The health and the figures of the exchange. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Operations() {
  return <PanelFrame title="Operations" freshness="loading" />
}
