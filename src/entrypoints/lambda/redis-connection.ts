/**
 * The only connection of a function to Redis. The time limit of a command detects a broken socket, and a new one
 * is opened. If the token is refused, it is read again before the next attempt, so that a rotation needs no
 * deployment. Commands do not queue for long while there is no connection.
 */

import { Redis } from 'ioredis'
import { redisFailure, withoutCommand } from '../../adapters/aws/redis-faults.ts'
import type { SecretToken } from '../../adapters/aws/secrets.ts'

const CONNECT_MS = 2_000
const COMMAND_MS = 5_000
const RECONNECT_MAX_MS = 500

/** `url` is redis://HOST:PORT, rediss:// for TLS, or a socket's path. Without a token: no password. */
export async function connectRedis(
  url: string,
  token: SecretToken | undefined,
  warn: (message: string, cause: unknown) => void,
): Promise<Redis> {
  let password = await token?.current()
  const redis = new Redis(url, {
    ...(password !== undefined && { password }),
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    keepAlive: 10_000,
    maxRetriesPerRequest: 2,
    enableReadyCheck: true,
    retryStrategy: (times) => Math.min(RECONNECT_MAX_MS, 50 * times),
  })
  redis.on('error', (cause: Error) => {
    const { fault, message } = redisFailure('the connection', cause)
    warn(message, withoutCommand(cause))
    if (token === undefined || password === undefined || fault !== 'cache_token_refused') return
    token.renewed(password).then(
      (fresh) => {
        password = fresh
        redis.options.password = fresh
      },
      (failure: unknown) => warn('the token of Redis could not be read again', failure),
    )
  })
  return redis
}
