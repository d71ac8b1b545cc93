/** The last trades of the symbol on the screen. */

import { PanelFrame } from '../frame/panel-frame.tsx'

export function Tape() {
  return <PanelFrame title="Trades" freshness="loading" />
}
