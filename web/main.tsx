/** Starts the trading screen: reads its configuration, connects, and mounts the page. Wiring only. */

import './style/tokens.css'
import './style/base.css'
import './style/controls.css'
import { render } from 'preact'
import { readScreenConfig } from './feed/screen-config.ts'
import { App } from './panels/app.tsx'
import { startDemoWatch } from './state/demo.ts'
import { startDocument } from './state/document.ts'
import { startInstruments } from './state/market/instruments.ts'
import { startMarket } from './state/market/market.ts'
import { startRoute } from './state/page/route.ts'
import { startConnection } from './state/session/connection.ts'
import { startSession } from './state/session/session.ts'
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
