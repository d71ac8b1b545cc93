/**
 * Limits the requests of one address, for an exchange that clients reach directly. Behind a proxy all clients have
 * the address of the proxy, so the limit is off unless an operator sets it. Requests are counted for each second; the
 * counts of a second are forgotten together, so that many addresses take no memory for long.
 */

import type { IncomingMessage } from 'node:http'
import { Rejection } from '../protocol/rejection.ts'
import type { Dialect } from './dialect.ts'
import { HttpCall } from './http-call.ts'
import { RequestIds } from './request-ids.ts'

/** What the Node server passes with each request. */
export interface NodeRequest {
  readonly incoming: Pick<IncomingMessage, 'socket'>
}

export type NodeFetch = (request: Request, node: NodeRequest) => Response | Promise<Response>

export interface AddressLimit {
  readonly perSecond: number
  readonly nowMs: () => number
}

/** Counts the requests of each address. */
export class AddressRate {
  private readonly limit: AddressLimit
  private readonly counts = new Map<string, number>()
  private second = 0

  constructor(limit: AddressLimit) {
    this.limit = limit
  }

  /** Counts a request. Rejections: rate_limited. */
  admit(remoteAddress: string | undefined): Rejection<'rate_limited'> | undefined {
    const { perSecond, nowMs } = this.limit
    const now = Math.floor(nowMs() / 1000)
    if (now !== this.second) {
      this.second = now
      this.counts.clear()
    }
    const address = networkOf(remoteAddress ?? '')
    const count = (this.counts.get(address) ?? 0) + 1
    this.counts.set(address, count)
    if (count <= perSecond) return undefined
    const detail = `The limit is ${perSecond} requests a second from one address.`
    return new Rejection('rate_limited', detail, undefined, 1_000)
  }
}

/** `dialect` writes the rejection of a request above the limit: rate_limited. */
export function limitedByAddress(fetch: NodeFetch, dialect: Pick<Dialect, 'render'>, rate: AddressRate): NodeFetch {
  const ids = new RequestIds()
  return (request, node) => {
    const limited = rate.admit(node.incoming.socket.remoteAddress)
    return limited === undefined ? fetch(request, node) : dialect.render(limited, new HttpCall(request, ids))
  }
}

/** An IPv4 address, or the first 64 bits of an IPv6 address, because one client has all addresses behind them. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head, tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const last = tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(8 - groups.length - last.length).fill('0')
  return [...groups, ...zeros, ...last].slice(0, 4).join(':')
}
