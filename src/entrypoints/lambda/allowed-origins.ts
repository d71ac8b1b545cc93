/** CORS on AWS: `ALLOW_ORIGIN` has the origins of web pages that may use the API, with commas between them. */

import { allowingOrigins } from '../../http/cross-origin.ts'

/** The origins of a list with commas between them. */
export const originsIn = (list: string | undefined): ReadonlySet<string> =>
  new Set((list ?? '').split(',').filter((origin) => origin !== ''))

type Fetch = (request: Request) => Response | Promise<Response>

/** `list` is absent or empty: no answer has a header of CORS. */
export function servedTo(list: string | undefined, fetch: Fetch): Fetch {
  const origins = originsIn(list)
  return origins.size === 0 ? fetch : allowingOrigins(fetch, origins)
}
