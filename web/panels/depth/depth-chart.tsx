/** The depth of the book as a chart. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function DepthChart() {
  return <PanelFrame title="Depth" freshness="loading" />
}
