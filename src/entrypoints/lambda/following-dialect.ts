/** A dialect that sees the instruments as they are: they are brought up to date before each request. */

import type { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import type { Dialect, RoutePattern } from '../../http/dialect.ts'

/** Instruments that cannot be read fail the request as any failure does: with 503. */
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
