/** A dialect whose directory of instruments is refreshed before each request. */

import type { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import type { Dialect, RoutePattern } from '../../http/dialect.ts'

/** If the instruments cannot be read, the request fails with 503, as for any operational failure. */
export function followingDialect<R extends RoutePattern, Caller, Result>(
  dialect: Dialect<R, Caller, Result>,
  instruments: Pick<FollowedInstruments, 'refresh'>,
): Dialect<R, Caller, Result> {
  return {
    ...dialect,
    authenticate: async (call, route) => {
      await instruments.refresh()
      return dialect.authenticate(call, route)
    },
  }
}
