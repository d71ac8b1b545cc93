/**
 * Handles one frame of a stored connection: reads its row, does what the request asks, notes its orders, and posts the
 * answer. Operations, rejections and answers are those of a session in memory. Each frame gets one answer. If that is
 * not possible, the connection is closed, so that the client does not wait for it.
 *
 * Frames of one connection may be handled at the same time, so the sequence of their operations is not known.
 */

import type { ProblemCode } from '../../api/problems.ts'
import { cancelOrdersOf } from '../../entry/cancel-orders.ts'
import { failureRejection } from '../../http/failure-rejection.ts'
import type { Connection } from '../../ports/connections.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { errorText } from '../session/answer-text.ts'
import { ConnectionOrders } from '../session/connection-orders.ts'
import { handleRequest } from '../session/handle-request.ts'
import type { OperationCall, OperationOutcome } from '../session/operation-call.ts'
import { type Request, readRequest } from '../session/read-request.ts'
import { ON_AWS } from '../socket-bounds.ts'
import { endConnection } from './end-connection.ts'
import { fittingResult } from './fitting-answer.ts'
import { StoredAccount } from './stored-account.ts'
import type { StoredSocketPorts } from './stored-ports.ts'
import { StoredTopics } from './stored-topics.ts'

/** Resolves when everything that the frame causes here is done. Never rejects. */
export async function handleFrame(ports: StoredSocketPorts, connectionId: string, text: string): Promise<void> {
  const arrivedMs = performance.now()
  try {
    const request = readRequest(text)
    if ('rejection' in request) {
      await post(ports, connectionId, errorText(request.id, request.op, request.rejection))
      return
    }
    const connection = await readConnection(ports, connectionId, request)
    if (connection === 'failed') return
    // Its end has begun, so nothing that it asks for may change anything.
    if (connection === undefined || connection.ending) await ports.posts.close(connectionId)
    else await handle(ports, connection, request, arrivedMs)
  } catch (failure) {
    ports.failed(failure)
    await ports.posts.close(connectionId).catch((cause) => ports.failed(cause))
  }
}

async function handle(
  ports: StoredSocketPorts,
  connection: Connection,
  request: Request,
  arrivedMs: number,
): Promise<void> {
  const { connectionId, cancelOnDisconnect, holder } = connection
  const account = new StoredAccount(ports, connection)
  const orders = new ConnectionOrders(ports)
  if (cancelOnDisconnect && holder !== undefined) orders.remember(holder.account)
  const subscriptions = new StoredTopics(ports, connection)
  const outcome = await outcomeOf(ports, {
    ...request,
    session: { ports, bounds: ON_AWS, account, orders, subscriptions },
    arrivedMs,
  })
  await note(ports, connection, orders)
  const answer =
    outcome instanceof Rejection ? errorText(request.id, request.op, outcome) : fittingResult(request, outcome)
  if (!(await post(ports, connectionId, answer))) return
  if (!(outcome instanceof Rejection)) await outcome.after?.()
  if (!account.isGuessing) return
  await ports.posts.close(connectionId)
  await endConnection(ports, connectionId)
}

/** A failure of the exchange is answered by its problem. */
async function outcomeOf(
  ports: StoredSocketPorts,
  call: OperationCall,
): Promise<OperationOutcome | Rejection<ProblemCode>> {
  try {
    return await handleRequest(call)
  } catch (failure) {
    ports.failed(failure)
    return failureRejection(failure)
  }
}

async function readConnection(
  ports: StoredSocketPorts,
  connectionId: string,
  { id, op }: Request,
): Promise<Connection | undefined | 'failed'> {
  try {
    const [connection] = await Promise.all([ports.connections.read(connectionId), ports.refresh()])
    return connection
  } catch (failure) {
    ports.failed(failure)
    await post(ports, connectionId, errorText(id, op, failureRejection(failure)))
    return 'failed'
  }
}

/**
 * Notes the orders of the request, so that the end of the connection cancels them. If the end has begun meanwhile, it
 * may not have seen them, and they are canceled here. So they are if they cannot be noted; then it throws, and the
 * connection is closed.
 */
async function note(
  ports: StoredSocketPorts,
  { connectionId, holder }: Connection,
  orders: ConnectionOrders,
): Promise<void> {
  const noted = orders.noted()
  if (noted.length === 0 || holder === undefined) return
  let lost: unknown
  const remembered = await ports.connections.remember(connectionId, noted).catch((failure) => {
    lost = failure
  })
  if (remembered === 'remembered') return
  const ids = noted.map(({ orderId }) => orderId)
  const open = () => ports.openAmong(holder.account, ids)
  await cancelOrdersOf(ports, holder.account, new Set(ids), orders.uncertainOrders, open)
  if (lost !== undefined) throw lost
}

/** Returns whether the connection is still there. */
async function post(ports: StoredSocketPorts, connectionId: string, text: string): Promise<boolean> {
  if ((await ports.posts.post(connectionId, text)) === 'sent') return true
  await endConnection(ports, connectionId)
  return false
}
