/** The page: the top bar, and below it the panels for trading or for operations. */

import './app.css'
import { tab, ticketOpen } from '../state/page/layout.ts'
import { route } from '../state/page/route.ts'
import { draft, focusTicket } from '../state/ticket/draft.ts'
import { Book } from './book/book.tsx'
import { Chart } from './chart/chart.tsx'
import { Connection, ConnectionDialog } from './connection/connection.tsx'
import { KeyList } from './keys/key-list.tsx'
import { Notices } from './notices/notices.tsx'
import { Operations } from './operations/operations.tsx'
import { CancelAllDialog } from './orders/cancel-all.tsx'
import { Orders } from './orders/orders.tsx'
import { Settings } from './settings/settings.tsx'
import { SignIn } from './settings/sign-in.tsx'
import { Switcher } from './switcher/switcher.tsx'
import { TabBar } from './tab-bar.tsx'
import { Tape } from './tape/tape.tsx'
import { ConfirmOrder } from './ticket/confirm-order.tsx'
import { Ticket } from './ticket/ticket.tsx'
import { TopBar } from './top-bar/top-bar.tsx'

export function App() {
  const isTrading = route.value === 'trade'
  return (
    <div class="app">
      {isTrading && (
        <button type="button" class="skip" onClick={() => focusTicket(draft.side.peek())}>
          Skip to the order
        </button>
      )}
      <TopBar />
      {isTrading ? <TradePage /> : <OperationsPage />}
      {isTrading && <TabBar />}
      <Switcher />
      <Settings />
      <SignIn />
      <ConnectionDialog />
      <KeyList />
      <ConfirmOrder />
      <CancelAllDialog />
      <aside aria-label="Messages">
        <Notices />
      </aside>
    </div>
  )
}

/** The order of the elements is that of the columns, which is the order of the focus. */
function TradePage() {
  return (
    <main class="trade" data-tab={tab.value} data-ticket={ticketOpen.value ? 'open' : 'closed'}>
      <div class="area-book">
        <Book />
      </div>
      <div class="area-tape">
        <Tape />
      </div>
      <div class="area-chart">
        <Chart />
      </div>
      <div class="area-orders">
        <Orders />
      </div>
      <div class="area-ticket">
        <Ticket />
      </div>
      <div class="area-connection">
        <Connection />
      </div>
    </main>
  )
}

function OperationsPage() {
  return (
    <main class="operations-page">
      <Operations />
    </main>
  )
}
