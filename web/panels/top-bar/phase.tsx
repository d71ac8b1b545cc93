/** The phase of the market. Everything but ordinary trading is shown prominently, with what it allows. */

import type { TradingPhase } from '../../../src/protocol/command/trading-phases.ts'
import { instrument } from '../../state/market/instruments.ts'

interface PhaseWords {
  readonly name: string
  readonly meaning: string
}

const WORDS: Readonly<Partial<Record<TradingPhase, PhaseWords>>> = {
  CONTINUOUS: { name: 'Trading', meaning: 'Orders are matched continuously.' },
  HALTED: { name: 'Halted', meaning: 'New orders are rejected. Cancel and reduce work.' },
  CLOSED: { name: 'Closed', meaning: 'New orders are rejected. Cancel works.' },
}

export function Phase() {
  const phase = instrument.value?.phase
  if (phase === undefined) return null
  const { name, meaning } = WORDS[phase] ?? { name: phase.toLowerCase(), meaning: phase }
  const isOrdinary = phase === 'CONTINUOUS'
  return (
    <span class={isOrdinary ? 'phase' : 'phase phase-alert'} role="status" title={meaning}>
      <span class="hidden">Market: </span>
      {name}
      {!isOrdinary && <span class="phase-meaning">{meaning}</span>}
    </span>
  )
}
