/** Starts the trading screen: reads its configuration, connects, and mounts the page. Wiring only. */

import './style/tokens.css'
import './style/base.css'
import './style/controls.css'
import { render } from 'preact'
import { readScreenConfig } from './feed/screen-config.ts'
import { App } from './panels/app.tsx'
import { startConnection } from './state/connection.ts'
import { startDemoWatch } from './state/demo.ts'
import { startDocument } from './state/document.ts'
import { startInstruments } from './state/instruments.ts'
import { startMarket } from './state/market.ts'
import { startRoute } from './state/route.ts'
import { startSession } from './state/session.ts'
import { startTrading } from './state/trading.ts'

async function start(): Promise<void> {
  startDocument()
  startRoute()
  const root = document.querySelector('#app') as HTMLElement
  const unreadable = () => render(<p>The configuration of the screen cannot be read. It is asked for again.</p>, root)
  startSession(await readScreenConfig(unreadable))
  startConnection()
  startDemoWatch()
  startInstruments()
  startMarket()
  startTrading()
  render(<App />, root)
}

void start()
