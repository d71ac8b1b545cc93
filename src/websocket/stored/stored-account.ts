/** The account of a stored connection. Wrong keys are counted in its row, because each may come to another process. */

import type { ProblemCode } from '../../api/problems.ts'
import type { Caller } from '../../entry/caller.ts'
import type { Connection } from '../../ports/connections.ts'
import { SOCKET_WRONG_KEYS_MAX } from '../../protocol/limits.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { ConnectionAccount } from '../session/operation-call.ts'
import { alreadyAuthenticated, tooManyConnections, unknownKey } from '../session/session-account.ts'
import type { StoredSocketPorts } from './stored-ports.ts'

export class StoredAccount implements ConnectionAccount {
  readonly caller: Caller | undefined
  /** Too many wrong keys were sent. */
  isGuessing = false
  private readonly ports: StoredSocketPorts
  private readonly connection: Connection

  /** `connection`: as its row was read for this request. */
  constructor(ports: StoredSocketPorts, connection: Connection) {
    this.ports = ports
    this.connection = connection
    this.caller = connection.holder ?? ports.demoCaller
  }

  async bind(key: string | undefined, cancelOnDisconnect: boolean): Promise<Caller | Rejection<ProblemCode>> {
    const { ports, connection } = this
    if (connection.holder !== undefined) return alreadyAuthenticated()
    const { connectionId } = connection
    const caller = ports.demoCaller ?? (key === undefined ? undefined : await ports.callerOf(key))
    if (caller === undefined) {
      this.isGuessing = (await ports.connections.wrongKey(connectionId)) >= SOCKET_WRONG_KEYS_MAX
      return unknownKey()
    }
    switch (await ports.connections.bind(connectionId, caller, cancelOnDisconnect)) {
      case 'already_bound':
        return alreadyAuthenticated()
      case 'too_many':
        return tooManyConnections()
      // Nobody receives the answer of one that is gone.
      case 'bound':
      case 'gone':
        return caller
    }
  }
}
