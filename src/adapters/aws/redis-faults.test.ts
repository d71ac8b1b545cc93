import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { redisFailure } from './redis-faults.ts'

const faultOf = (message: string) => redisFailure('', new Error(message)).fault

test('a fault has the same name inside a script, on older servers too', () => {
  const refused = "-OOM command not allowed when used memory > 'maxmemory'."
  expect(faultOf(`ERR Error running script (call to f_1): @user_script:4: @user_script: 4: ${refused}`)).toBe(
    'cache_full',
  )
  expect(faultOf("READONLY You can't write against a read only replica. script: 1, on @user_script:4.")).toBe(
    'cache_read_only',
  )
})

test('a moved slot is named in each of its forms', () => {
  for (const message of [
    'MOVED 3999 10.0.0.2:6379',
    'ASK 3999 10.0.0.2:6379',
    "CROSSSLOT Keys in request don't hash to the same slot",
    'ERR Script attempted to access a non local key in a cluster node',
  ])
    expect(faultOf(message), message).toBe('cache_moved')
})

test('a server that loads its data or has no primary is not ready', () => {
  expect(faultOf('LOADING Redis is loading the dataset in memory')).toBe('cache_not_ready')
  expect(faultOf('CLUSTERDOWN The cluster is down')).toBe('cache_not_ready')
})

test('a command without a connection has the reason of the connection', () => {
  const none = new Error('Reached the max retries per request limit (which is 2).')
  expect(redisFailure('', none).fault).toBe('cache_unreachable')
  const refused = new Error('WRONGPASS invalid username-password pair or user is disabled.')
  expect(redisFailure('the book of BTCUSD', none, refused)).toMatchObject({
    fault: 'cache_token_refused',
    message: expect.stringMatching(/^the book of BTCUSD: Redis refuses the token \(WRONGPASS/),
  })
})

test('another error has a name too', () => {
  expect(faultOf('WRONGTYPE Operation against a key holding the wrong kind of value')).toBe('cache_failed')
})

test('a failure does not have the arguments of its command: a token, or the orders of a commit', () => {
  const command = { name: 'auth', args: ['the token', Buffer.from('an order')] }
  const failure = redisFailure('', Object.assign(new Error('WRONGPASS invalid password'), { command }))
  const written = `${inspect(failure, { depth: 10 })}${JSON.stringify(failure.cause)}`
  expect(written).not.toContain('args')
  expect(written).toContain('WRONGPASS')
})
