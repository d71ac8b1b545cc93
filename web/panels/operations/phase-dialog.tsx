/** Asks before trading in an instrument is halted or resumed, and says what will happen. */

import { useState } from 'preact/hooks'
import type { Instrument } from '../../state/market/instruments.ts'
import { setPhase } from '../../state/operations/control.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export interface PhaseDialogProps {
  /** undefined: it is closed. */
  readonly instrument: Instrument | undefined
  readonly phase: string
  readonly onClose: () => void
}

export function PhaseDialog({ instrument, phase, onClose }: PhaseDialogProps) {
  const title = phase === 'HALTED' ? 'Resume trading' : 'Halt trading'
  return (
    <DialogFrame title={title} open={instrument !== undefined} onClose={onClose}>
      {instrument !== undefined && <PhaseForm symbol={instrument.symbol} phase={phase} onClose={onClose} />}
    </DialogFrame>
  )
}

interface PhaseFormProps {
  readonly symbol: string
  readonly phase: string
  readonly onClose: () => void
}

function PhaseForm({ symbol, phase, onClose }: PhaseFormProps) {
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState<string | undefined>()
  const [isAsking, setAsking] = useState(false)
  const isHalted = phase === 'HALTED'
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (isAsking) return
    setAsking(true)
    const found = await setPhase(symbol, isHalted ? 'CONTINUOUS' : 'HALTED', reason.trim())
    setAsking(false)
    setFailure(found?.text)
    if (found === undefined) onClose()
  }
  return (
    <form class="control-form" onSubmit={submit}>
      <p>
        {isHalted
          ? `Trading in ${symbol} continues at once. Orders match again.`
          : `From now on new orders in ${symbol} are rejected, and nothing trades. Open orders stay, and can be canceled.`}
      </p>
      <label>
        Reason (optional)
        <input
          data-focus
          value={reason}
          maxLength={200}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
      <p role="alert" class="sell">
        {failure}
      </p>
      <div class="dialog-actions">
        <button type="button" class="outlined" onClick={onClose}>
          Do nothing
        </button>
        <button type="submit" class="filled" disabled={isAsking}>
          {isAsking ? 'Sending' : isHalted ? `Resume ${symbol}` : `Halt ${symbol}`}
        </button>
      </div>
    </form>
  )
}
