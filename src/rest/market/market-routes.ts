/** The public routes of market data. They never show the account of an order. */

import type { Route } from '../route.ts'
import { bookRoute } from './book-route.ts'
import { candlesRoute } from './candles-route.ts'
import { tickerRoutes } from './ticker-routes.ts'
import { timeRoute } from './time-route.ts'
import { tradesRoute } from './trades-route.ts'

export const marketRoutes: readonly Route[] = [bookRoute, tradesRoute, candlesRoute, ...tickerRoutes, timeRoute]
