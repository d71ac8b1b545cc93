/** Every route of the REST dialect. To add a route, add an entry to one of these lists. */

import { demoRoutes } from './demo-routes.ts'
import { fillRoutes } from './fill-routes.ts'
import { instrumentRoutes } from './instrument-routes.ts'
import { marketRoutes } from './market/market-routes.ts'
import { operationRoutes } from './operation-routes.ts'
import { orderChangeRoutes } from './order-change-routes.ts'
import { orderRoutes } from './order-routes.ts'
import type { Route } from './route.ts'
import { rulesRoutes } from './rules-routes.ts'

export const ROUTES: readonly Route[] = [
  ...orderRoutes,
  ...orderChangeRoutes,
  ...fillRoutes,
  ...instrumentRoutes,
  ...marketRoutes,
  ...rulesRoutes,
  ...demoRoutes,
  ...operationRoutes(() => ROUTES),
]
