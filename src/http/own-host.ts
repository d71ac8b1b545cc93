/**
 * Protects an exchange without API keys: it accepts only requests whose Host is a name of this machine. A
 * foreign web page can point its own domain at 127.0.0.1 (DNS rebinding) and could then trade. The Host header
 * still contains that domain. Names without a dot are accepted, because the public DNS does not resolve them.
 */

import { Rejection } from '../protocol/rejection.ts'
import type { Dialect } from './dialect.ts'
import { HttpCall } from './http-call.ts'
import { RequestIds } from './request-ids.ts'

const OWN = /^([a-z0-9_-]+|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

type Fetch<More extends unknown[]> = (request: Request, ...more: More) => Response | Promise<Response>

/** `dialect` writes the rejection of a request for another machine. */
export function onlyOwnHost<More extends unknown[]>(fetch: Fetch<More>, dialect: Pick<Dialect, 'render'>): Fetch<More> {
  const ids = new RequestIds()
  return (request, ...more) => {
    const foreign = foreignHost(request)
    return foreign === undefined ? fetch(request, ...more) : dialect.render(foreign, new HttpCall(request, ids))
  }
}

/** The rejection of a request for another machine. */
export function foreignHost({ headers }: Request): Rejection<'misdirected_request'> | undefined {
  const host = headers.get('host')
  if (host === null || OWN.test(host)) return undefined
  const detail = 'Without API keys the exchange accepts only names of this machine, such as localhost and 127.0.0.1.'
  return new Rejection('misdirected_request', detail, 'Host')
}
