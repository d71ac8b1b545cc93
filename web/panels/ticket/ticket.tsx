/** The order ticket. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Ticket() {
  return <PanelFrame title="Order" freshness="loading" />
}
