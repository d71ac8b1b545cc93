/** The bar at the top: symbol, last price, the last 24 hours, market phase, connection, settings. */

import './top-bar.css'
import { connection } from '../../state/connection.ts'
import { dialog } from '../../state/layout.ts'
import { ticker } from '../../state/market.ts'
import { symbol } from '../../state/settings.ts'
import { DemoMark } from '../demo/demo-mark.tsx'

export function TopBar() {
  return (
    <header class="top-bar">
      <button
        type="button"
        class="symbol"
        onClick={() => {
          dialog.value = 'switcher'
        }}
      >
        {symbol}
      </button>
      <span>{ticker.value.ticker?.last}</span>
      <DemoMark />
      <span>{connection.value.state}</span>
    </header>
  )
}
