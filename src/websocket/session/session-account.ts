/**
 * The account of a connection. It is bound once, by a key, and stays for the life of the connection. On an exchange
 * without keys every connection has the demo account from the start.
 */

import type { ProblemCode } from '../../api/problems.ts'
import type { KeyHolder } from '../../entry/api-keys.ts'
import type { Caller } from '../../entry/caller.ts'
import { SOCKET_WRONG_KEYS_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import type { ConnectionAccount } from './operation-call.ts'
import type { SocketPorts } from './session-ports.ts'

/** Counts a connection for an account until it ends. false: the account has its maximum. */
export type ClaimAccount = (account: string) => boolean

export const alreadyAuthenticated = () => new Rejection('already_authenticated', 'A connection is authenticated once.')

export const unknownKey = () => new Rejection('unauthorized', 'Send a key that the operator has configured.', 'key')

export const tooManyConnections = () =>
  new Rejection('too_many_connections', 'This account has its maximum number of connections.', undefined, 1_000)

export class SessionAccount implements ConnectionAccount {
  caller: Caller | undefined
  private readonly ports: SocketPorts
  private readonly claim: ClaimAccount
  private holder: KeyHolder | undefined
  private isBound = false
  private wrongKeys = 0

  constructor(ports: SocketPorts, claim: ClaimAccount) {
    this.ports = ports
    this.claim = claim
    this.caller = ports.demoCaller
  }

  /** Rejections: already_authenticated, unauthorized, too_many_connections. */
  bind(key: string | undefined): Caller | Rejection<ProblemCode> {
    if (this.isBound) return alreadyAuthenticated()
    const { demoCaller } = this.ports
    const holder = demoCaller === undefined ? this.holderOf(key) : { caller: demoCaller, isValid: () => true }
    if (holder instanceof Rejection) return holder
    if (demoCaller === undefined && !this.claim(holder.caller.account)) return tooManyConnections()
    this.isBound = true
    this.holder = holder
    this.caller = holder.caller
    return holder.caller
  }

  /** Too many wrong keys were sent. */
  get isGuessing(): boolean {
    return this.wrongKeys >= SOCKET_WRONG_KEYS_MAX
  }

  /** Whether the key of the connection was removed. */
  get isRevoked(): boolean {
    return this.holder !== undefined && !this.holder.isValid()
  }

  private holderOf(key: string | undefined): KeyHolder | Rejection<ProblemCode> {
    const holder = key === undefined ? undefined : this.ports.holderOf(key)
    if (holder !== undefined) return holder
    this.wrongKeys++
    return unknownKey()
  }
}
