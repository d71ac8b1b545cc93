/** The words of the protocol: operations of requests, and channels of subscriptions. */

export const OPERATIONS = [
  'authenticate',
  'subscribe',
  'unsubscribe',
  'subscriptions',
  'ping',
  'place',
  'placeBatch',
  'cancel',
  'cancelAll',
  'amend',
] as const
export type Operation = (typeof OPERATIONS)[number]

export const CHANNELS = ['book', 'trades', 'ticker', 'candles', 'orders'] as const
export type Channel = (typeof CHANNELS)[number]

/** The id of a request: chosen by the client, repeated by the answer. */
export type RequestId = number | string
