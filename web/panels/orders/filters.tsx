/** The filters of the lists: symbol, side, and the status of orders that have ended. */

import { SIDES, type Side } from '../../../src/protocol/order/order-words.ts'
import { instruments } from '../../state/market/instruments.ts'
import { HISTORY_STATUSES } from '../../state/orders/history.ts'
import { historyStatus, orderFilter, orderTab } from '../../state/orders/order-view.ts'
import { symbol } from '../../state/page/settings.ts'
import { statusWord } from '../../state/text/words.ts'
import { sideWord } from '../../state/ticket/send-order.ts'

export function Filters() {
  const filter = orderFilter.value
  const others = [...instruments.value.keys()].filter((name) => name !== symbol.value)
  return (
    <div class="filters">
      <select
        aria-label="Symbol"
        value={filter.symbol}
        onChange={({ currentTarget }) => {
          orderFilter.value = { ...orderFilter.peek(), symbol: currentTarget.value }
        }}
      >
        <option value="">All symbols</option>
        {symbol.value !== '' && <option value={symbol.value}>{symbol.value}</option>}
        {others.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Side"
        value={filter.side}
        onChange={({ currentTarget }) => {
          orderFilter.value = { ...orderFilter.peek(), side: currentTarget.value as '' | Side }
        }}
      >
        <option value="">Both sides</option>
        {SIDES.map((side) => (
          <option key={side} value={side}>
            {sideWord(side)}
          </option>
        ))}
      </select>
      {orderTab.value === 'history' && (
        <select
          aria-label="Status"
          value={historyStatus.value}
          onChange={({ currentTarget }) => {
            historyStatus.value = currentTarget.value
          }}
        >
          {HISTORY_STATUSES.map((status) => (
            <option key={status} value={status}>
              {status === '' ? 'Any status' : statusWord(status)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}
