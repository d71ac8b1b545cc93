/** The bar at the top: symbol, last price, the last 24 hours, market phase, connection, account, settings. */

import './top-bar.css'
import { instrument } from '../../state/market/instruments.ts'
import { dialog, ticketOpen } from '../../state/page/layout.ts'
import { route } from '../../state/page/route.ts'
import { symbol } from '../../state/page/settings.ts'
import { access } from '../../state/session/session.ts'
import { DemoMark } from '../demo/demo-mark.tsx'
import { CaretIcon, KeyboardIcon, Mark, SlidersIcon } from '../frame/icons.tsx'
import { Day, LastPrice } from './day.tsx'
import { LinkButton } from './link-button.tsx'
import { Phase } from './phase.tsx'

export function TopBar() {
  const isTrading = route.value === 'trade'
  return (
    <header class="top-bar">
      <h1 class="hidden">Bidding Exchange</h1>
      {isTrading ? <Market /> : <Brand />}
      <div class="top-bar-end">
        <DemoMark />
        <SignInButton />
        <LinkButton />
        <nav aria-label="Pages">
          <a class="page-link" href={isTrading ? '#/operations' : '#/'}>
            {isTrading ? 'Operations' : 'Trading'}
          </a>
        </nav>
        <button type="button" class="icon keys-button" aria-label="List of keys" onClick={() => open('keys')}>
          <KeyboardIcon />
        </button>
        <button type="button" class="icon" aria-label="Settings" onClick={() => open('settings')}>
          <SlidersIcon />
        </button>
        {isTrading && <TicketButton />}
      </div>
    </header>
  )
}

function open(name: 'keys' | 'settings' | 'sign-in' | 'switcher'): void {
  dialog.value = name
}

function Brand() {
  return (
    <div class="brand">
      <Mark />
      <span>Bidding Exchange</span>
    </div>
  )
}

function Market() {
  const { base, quote } = instrument.value ?? { base: '', quote: '' }
  return (
    <>
      <button type="button" class="symbol-button" aria-haspopup="dialog" onClick={() => open('switcher')}>
        <Mark />
        <span class="symbol-names">
          <span class="symbol-name">{symbol.value === '' ? '–' : symbol}</span>
          <span class="dim symbol-pair">{base === '' ? '' : `${base} / ${quote}`}</span>
        </span>
        <CaretIcon />
      </button>
      <LastPrice />
      <Day />
      <Phase />
    </>
  )
}

function SignInButton() {
  if (access.value !== 'no-key') return null
  return (
    <button type="button" class="filled" onClick={() => open('sign-in')}>
      Sign in
    </button>
  )
}

/** Where the ticket is a drawer. */
function TicketButton() {
  return (
    <button
      type="button"
      class="outlined ticket-button"
      aria-expanded={ticketOpen.value}
      onClick={() => {
        ticketOpen.value = !ticketOpen.peek()
      }}
    >
      Order
    </button>
  )
}
