/**
 * Many followers in one process. It counts the frames that they receive, and notes when the last of them received the
 * trades up to each event. The parent asks over IPC.
 */

import { machineMs, RawSocket } from './raw-socket.ts'

export type ToFollowers =
  | { readonly kind: 'open'; readonly port: number; readonly count: number; readonly requests: readonly string[] }
  | { readonly kind: 'report' }
  | { readonly kind: 'close' }

export interface FollowersReport {
  /** Frames since the last report. */
  readonly frames: number
  readonly bytes: number
  readonly closed: number
  /** By the last event of an update of trades: when the last follower received it. */
  readonly lastAtMs: readonly (readonly [to: number, ms: number])[]
  /** Different texts that one follower received since the last report, a few of them. */
  readonly samples: readonly string[]
}

const TRADES_UPDATE = Buffer.from('{"type":"update","channel":"trades"')
const TO = Buffer.from('"to":')
const SAMPLES = 64

let sockets: RawSocket[] = []
let frames = 0
let received = 0
let closed = 0
let samples: string[] = []
const lastAtMs = new Map<number, number>()

function take(i: number, bytes: Buffer, start: number, end: number): void {
  frames++
  received += end - start
  if (i === 0 && samples.length < SAMPLES) samples.push(bytes.toString('utf8', start, end))
  if (bytes.compare(TRADES_UPDATE, 0, TRADES_UPDATE.length, start, start + TRADES_UPDATE.length) !== 0) return
  let at = bytes.indexOf(TO, start) + TO.length
  let to = 0
  for (let digit = bytes[at] - 48; digit >= 0 && digit <= 9; digit = bytes[++at] - 48) to = to * 10 + digit
  lastAtMs.set(to, machineMs())
}

async function open({ port, count, requests }: Extract<ToFollowers, { kind: 'open' }>): Promise<void> {
  for (let i = 0; i < count; i++) {
    const socket = await RawSocket.open(port)
    socket.onText = (bytes, start, end) => take(i, bytes, start, end)
    socket.onClose = () => closed++
    for (const request of requests) socket.send(request)
    sockets.push(socket)
  }
}

function report(): FollowersReport {
  const result = { frames, bytes: received, closed, lastAtMs: [...lastAtMs], samples }
  frames = 0
  received = 0
  samples = []
  lastAtMs.clear()
  return result
}

process.on('message', async (message: ToFollowers) => {
  if (message.kind === 'open') {
    await open(message)
    process.send?.('open')
  } else if (message.kind === 'report') {
    process.send?.(report())
  } else {
    for (const socket of sockets) socket.close()
    sockets = []
    process.send?.('closed')
  }
})
process.on('disconnect', () => process.exit(0))
