/** The bounds of requests that differ between the runtimes. Everything else of the protocol is the same. */

import { BOOK_DEPTHS, type BookDepth } from '../ports/market-feed.ts'
import {
  BATCH_ORDERS_MAX,
  SOCKET_BATCH_ORDERS_MAX_ON_AWS,
  SOCKET_FRAME_BYTES_MAX,
  SOCKET_MESSAGE_BYTES_MAX,
  SOCKET_SUBSCRIPTIONS_MAX,
  SOCKET_SUBSCRIPTIONS_MAX_ON_AWS,
} from '../protocol/limits.ts'

export interface SocketBounds {
  /** Depths of books that may be followed. */
  readonly depths: readonly BookDepth[]
  readonly batchOrders: number
  /** Of one connection. */
  readonly subscriptions: number
  /** Of one frame of a client. */
  readonly frameBytes: number
}

export const ONE_MACHINE: SocketBounds = {
  depths: BOOK_DEPTHS,
  batchOrders: BATCH_ORDERS_MAX,
  subscriptions: SOCKET_SUBSCRIPTIONS_MAX,
  frameBytes: SOCKET_MESSAGE_BYTES_MAX,
}

/** A message fits one frame of API Gateway. */
export const ON_AWS: SocketBounds = {
  depths: [10, 100],
  batchOrders: SOCKET_BATCH_ORDERS_MAX_ON_AWS,
  subscriptions: SOCKET_SUBSCRIPTIONS_MAX_ON_AWS,
  frameBytes: SOCKET_FRAME_BYTES_MAX,
}

/** Whether a message fits one frame of API Gateway. */
export const fitsFrame = (text: string): boolean => Buffer.byteLength(text) <= SOCKET_FRAME_BYTES_MAX
