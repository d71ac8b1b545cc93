/** The types of the client's messages agree with the schemas of the exchange. The compiler checks it. */

import { expectTypeOf, test } from 'vitest'
import type * as z from 'zod'
import type { orderSummarySchema } from '../../src/api/order-schemas.ts'
import type {
  BookMessage,
  CandlesMessage,
  OptionalOrderValues,
  Order,
  OrdersMessage,
  TickerMessage,
  TradesMessage,
} from '../../src/client/messages.ts'
import type { DATA_SCHEMAS } from '../../src/websocket/messages/schemas/data-schemas.ts'

type Schemas = typeof DATA_SCHEMAS
type OptionalName = keyof OptionalOrderValues
type MessageOf<C extends keyof Schemas> = z.infer<Schemas[C]['snapshot']> | z.infer<Schemas[C]['update']>

test('messages of every channel', () => {
  expectTypeOf<MessageOf<'book'>>().toExtend<BookMessage>()
  expectTypeOf<MessageOf<'trades'>>().toExtend<TradesMessage>()
  expectTypeOf<MessageOf<'ticker'>>().toExtend<TickerMessage>()
  expectTypeOf<MessageOf<'candles'>>().toExtend<CandlesMessage>()
  expectTypeOf<Omit<z.infer<typeof orderSummarySchema>, OptionalName>>().toExtend<Omit<Order, OptionalName>>()
  // The schemas make the optional fields from the table in a loop, so the compiler does not know their types there.
  type Update = z.infer<Schemas['orders']['update']>['updates'][number]['event']
  expectTypeOf<Update>().toExtend<Extract<OrdersMessage, { type: 'update' }>['updates'][number]['event']>()
})
