/** What the orders of the account have traded, newest first. */

import { ECHO_FIELDS } from '../../../src/protocol/order/echo-fields.ts'
import { fills, showFills } from '../../state/orders/fills.ts'
import { fillsCsv } from '../../state/orders/order-csv.ts'
import { ECHO_NAMES, matches, type OwnFill } from '../../state/orders/order-lists.ts'
import { orderFilter } from '../../state/orders/order-view.ts'
import { labelOf } from '../../state/ticket/order-table.ts'
import { Num, SideCell, Time } from './cells.tsx'
import { PagedTable } from './paged-table.tsx'

export function FillList() {
  const filter = orderFilter.value
  return (
    <PagedTable
      list={fills}
      passes={(fill) => matches(filter, fill)}
      nothing="No fills yet. They appear here as your orders trade."
      name="fills"
      csv={fillsCsv}
      again={() => showFills(filter.symbol)}
      head={
        <tr>
          <th scope="col" class="c-time">
            Time
          </th>
          <th scope="col" class="c-symbol">
            Symbol
          </th>
          <th scope="col" class="c-side">
            Side
          </th>
          <th scope="col" class="num c-price">
            Price
          </th>
          <th scope="col" class="num c-quantity">
            Quantity
          </th>
          <th scope="col" class="c-liquidity wide">
            Liquidity
          </th>
          <th scope="col" class="wide">
            Order
          </th>
          {ECHO_FIELDS.map(({ name }) => (
            <th key={name} scope="col" class="wide">
              {labelOf(name)}
            </th>
          ))}
        </tr>
      }
      row={(fill) => <FillRow key={`${fill.tradeId} ${fill.orderId}`} fill={fill} />}
    />
  )
}

function FillRow({ fill }: { readonly fill: OwnFill }) {
  const { symbol, orderId } = fill
  return (
    <tr title={`Trade ${fill.tradeId}`}>
      <td>
        <Time iso={fill.timestamp} />
      </td>
      <td class="symbol-cell" title={symbol}>
        {symbol}
      </td>
      <td>
        <SideCell side={fill.side} />
      </td>
      <td class="num">
        <Num text={fill.price} symbol={symbol} of="tick" />
      </td>
      <td class="num">
        <Num text={fill.quantity} symbol={symbol} of="lot" />
      </td>
      <td class="wide dim">{fill.liquidity === 'MAKER' ? 'Maker' : 'Taker'}</td>
      <td class="wide dim cut" title={orderId}>
        {orderId}
      </td>
      {ECHO_NAMES.map((name) => {
        const text = fill[name as keyof typeof fill]
        return (
          <td key={name} class="wide dim cut" title={text?.toString()}>
            {text}
          </td>
        )
      })}
    </tr>
  )
}
