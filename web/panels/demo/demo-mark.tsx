/** Says that the orders of this exchange are those of a demo market. An operator can stop it here. */

import './demo.css'
import { useState } from 'preact/hooks'
import { demoBusy, demoMarket, stopDemo } from '../../state/demo.ts'
import { isOperator, maySend } from '../../state/session/session.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

const MEANING = 'The orders here are made up by the exchange itself.'

export function DemoMark() {
  const [open, setOpen] = useState(false)
  if (demoMarket.value?.running !== true) return null
  const mayStop = maySend.value && isOperator.value !== false
  return (
    <>
      {mayStop ? (
        <button type="button" class="demo-mark" title={MEANING} aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <Words />
        </button>
      ) : (
        <span class="demo-mark" title={MEANING}>
          <Words />
        </span>
      )}
      <DialogFrame title="Demo market" open={open} onClose={() => setOpen(false)}>
        <StopDemo onDone={() => setOpen(false)} />
      </DialogFrame>
    </>
  )
}

const Words = () => (
  <span>
    Demo<span class="demo-long"> market</span>
  </span>
)

function StopDemo({ onDone }: { readonly onDone: () => void }) {
  const [failure, setFailure] = useState<string | undefined>()
  const { seed, rate } = demoMarket.value ?? {}
  const stop = async (): Promise<void> => {
    const found = await stopDemo()
    setFailure(found?.text)
    if (found === undefined) onDone()
  }
  return (
    <div class="demo-dialog">
      <p>
        {MEANING} Seed {seed}, {rate?.toLocaleString('en')} commands a second, under accounts of its own.
      </p>
      <p>If you stop it, its open orders are canceled. Orders of other accounts stay.</p>
      <p role="alert" class="sell">
        {failure}
      </p>
      <div class="dialog-actions">
        <button type="button" class="outlined" onClick={onDone}>
          Keep it running
        </button>
        <button type="button" class="filled" data-focus disabled={demoBusy.value} onClick={stop}>
          {demoBusy.value ? 'Stopping' : 'Stop the demo market'}
        </button>
      </div>
    </div>
  )
}
