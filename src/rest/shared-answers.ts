/**
 * Answers equal requests for public data together: those that arrive in one turn of the event loop get one answer,
 * which is made and encoded once. The data are read after the last of them has arrived, so nobody gets an older
 * answer than without sharing.
 */

import { Rejection } from '../protocol/rejection.ts'
import type { Call, RouteResult } from './route.ts'

const waiting = new WeakMap<Call['ports'], Map<string, Promise<RouteResult>>>()

/** `handle` behind the sharing. Its answers must follow from the URL alone. */
export function shared(handle: (call: Call) => Promise<RouteResult>): (call: Call) => Promise<RouteResult> {
  return (call) => {
    const { url } = call.http
    const turn = waiting.get(call.ports) ?? new Map<string, Promise<RouteResult>>()
    waiting.set(call.ports, turn)
    const asked = turn.get(url)
    if (asked !== undefined) return asked
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      turn.delete(url)
      return encoded(await handle(call))
    })
    turn.set(url, answer)
    return answer
  }
}

const encoded = (result: RouteResult): RouteResult =>
  result instanceof Rejection || result.contentType !== undefined
    ? result
    : { ...result, body: new TextEncoder().encode(JSON.stringify(result.body)), contentType: 'application/json' }
