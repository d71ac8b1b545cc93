/** Offers to start the demo market where the market is empty. Nothing, where the exchange has none or the user may not. */

import './demo.css'
import { useState } from 'preact/hooks'
import { type DemoFailure, demoBusy, demoMarket, startDemo } from '../../state/demo.ts'
import { isOperator, maySend } from '../../state/session/session.ts'

export function DemoOffer() {
  const [failure, setFailure] = useState<DemoFailure | undefined>()
  const demo = demoMarket.value
  if (demo === undefined || demo.running || !maySend.value || isOperator.value === false) return null
  const start = async (anyway: boolean): Promise<void> => setFailure(await startDemo(anyway))
  if (failure?.hasOrders === true) {
    return (
      <div class="demo-offer">
        <p role="alert">
          This exchange has orders that are not those of a demo market. The demo market would trade with them.
        </p>
        <button type="button" class="outlined" disabled={demoBusy.value} onClick={() => start(true)}>
          Start it anyway
        </button>
      </div>
    )
  }
  return (
    <div class="demo-offer">
      <p>A demo market fills the screen with made-up orders, under accounts of its own.</p>
      <button type="button" class="filled" disabled={demoBusy.value} onClick={() => start(false)}>
        {demoBusy.value ? 'Starting' : 'Start the demo market'}
      </button>
      {failure !== undefined && (
        <p role="alert" class="sell">
          {failure.text}
        </p>
      )}
    </div>
  )
}
