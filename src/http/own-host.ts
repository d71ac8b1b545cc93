/**
 * For an exchange that asks nobody for a key: only requests to a name that a stranger cannot have. A web
 * page of somebody else can lead its own name to 127.0.0.1 (DNS rebinding) and would trade; its name
 * stays in the Host header. Names without a point are nobody's on the internet.
 */

import { Rejection } from '../protocol/rejection.ts'
import type { Dialect } from './dialect.ts'
import { HttpCall } from './http-call.ts'
import { RequestIds } from './request-ids.ts'

const OWN = /^([a-z0-9_-]+|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

type Fetch = (request: Request) => Response | Promise<Response>

/** `dialect` writes the answer to a request for another machine. */
export function onlyOwnHost(fetch: Fetch, dialect: Pick<Dialect, 'render'>): Fetch {
  const ids = new RequestIds()
  return (request) => {
    const host = request.headers.get('host')
    if (host === null || OWN.test(host)) return fetch(request)
    const detail =
      'Without API keys the exchange answers to names of this machine only, such as localhost and 127.0.0.1.'
    return dialect.render(new Rejection('misdirected_request', detail, 'Host'), new HttpCall(request, ids))
  }
}
