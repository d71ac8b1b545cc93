/**
 * What is wrong with a service behind the exchange. The names are permanent: logs, metrics and the troubleshooting page
 * use them. A client does not see them, because it can only send the request again.
 */

export const CACHE_FAULTS = [
  /** Redis has reached maxmemory. It refuses writes and deletes nothing. */
  'cache_full',
  /** Redis refuses the token. */
  'cache_token_refused',
  /** The user of the token may not run a command or read a key. */
  'cache_not_permitted',
  /** Another node of a cluster has the keys. */
  'cache_moved',
  /** The node is a replica, which takes no writes. */
  'cache_read_only',
  /** The server does not serve yet: it loads its data, or has no primary. */
  'cache_not_ready',
  /** No answer in time. */
  'cache_timeout',
  /** There is no connection. */
  'cache_unreachable',
  /** Keys of a book are gone, or do not fit together. */
  'cache_lost',
  /** Another error of Redis. */
  'cache_failed',
] as const

export type ServiceFault = (typeof CACHE_FAULTS)[number]

/** Whether nothing was done for certain. After another fault the write may have been done. */
export const isRefusal = (fault: ServiceFault | undefined): boolean => fault !== undefined && REFUSALS.has(fault)

const REFUSALS: ReadonlySet<ServiceFault> = new Set([
  'cache_full',
  'cache_token_refused',
  'cache_not_permitted',
  'cache_moved',
  'cache_read_only',
  'cache_not_ready',
])
