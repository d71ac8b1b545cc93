/** Sets or removes the price band of an instrument, and says what will happen. Typed text stays after an error. */

import { useState } from 'preact/hooks'
import type { Instrument } from '../../state/market/instruments.ts'
import { setBand } from '../../state/operations/control.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export interface BandDialogProps {
  /** undefined: it is closed. */
  readonly instrument: Instrument | undefined
  readonly onClose: () => void
}

export function BandDialog({ instrument, onClose }: BandDialogProps) {
  return (
    <DialogFrame title="Price band" open={instrument !== undefined} onClose={onClose}>
      {instrument !== undefined && <BandForm instrument={instrument} onClose={onClose} />}
    </DialogFrame>
  )
}

interface BandFormProps {
  readonly instrument: Instrument
  readonly onClose: () => void
}

function BandForm({ instrument, onClose }: BandFormProps) {
  const { symbol, priceBand, tickSize } = instrument
  const [low, setLow] = useState(priceBand?.low ?? '')
  const [high, setHigh] = useState(priceBand?.high ?? '')
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState<string | undefined>()
  const [isAsking, setAsking] = useState(false)
  const [lowText, highText] = [low.trim(), high.trim()]
  const removes = lowText === '' && highText === ''
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (isAsking) return
    setAsking(true)
    const found = await setBand(instrument, { low: lowText, high: highText }, reason.trim())
    setAsking(false)
    setFailure(found?.text)
    if (found === undefined) onClose()
  }
  return (
    <form class="control-form" onSubmit={submit}>
      <div class="band-fields">
        <Field name="Lowest price" value={low} onChange={setLow} focus />
        <Field name="Highest price" value={high} onChange={setHigh} />
      </div>
      <p class="dim">Steps of {tickSize}. An empty field is no bound.</p>
      <p>{effectOf(symbol, lowText, highText)}</p>
      <label>
        Reason (optional)
        <input value={reason} maxLength={200} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
      </label>
      <p role="alert" class="sell">
        {failure}
      </p>
      <div class="dialog-actions">
        <button type="button" class="outlined" onClick={onClose}>
          Do nothing
        </button>
        <button type="submit" class="filled" disabled={isAsking}>
          {isAsking ? 'Sending' : removes ? 'Remove the band' : 'Set the band'}
        </button>
      </div>
    </form>
  )
}

interface FieldProps {
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly focus?: boolean
}

const Field = ({ name, value, onChange, focus }: FieldProps) => (
  <label>
    {name}
    <input
      data-focus={focus}
      class="num"
      inputMode="decimal"
      autocomplete="off"
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  </label>
)

function effectOf(symbol: string, low: string, high: string): string {
  if (low === '' && high === '') return `Orders in ${symbol} may have any price.`
  const bounds = [low !== '' && `below ${groupThousands(low)}`, high !== '' && `above ${groupThousands(high)}`]
  const outside = bounds.filter((bound) => bound !== false).join(' or ')
  return `New orders in ${symbol} with a price ${outside} are rejected. Open orders there are canceled at once.`
}
