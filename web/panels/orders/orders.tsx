/** Open orders, fills and history of the account. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Orders() {
  return <PanelFrame title="Open orders" freshness="loading" />
}
