/**
 * A network that loses, repeats and reorders messages of market data, and cuts connections. The messages of own orders
 * and the answers stay as they are: a connection delivers them in sequence, or ends.
 */

import { WebSocket } from 'ws'
import type { Socket, SocketClass } from '../../src/client/socket.ts'
import type { Random } from '../e2e/random.ts'

export interface Network {
  /** all: every message of market data is lost. */
  faults: 'none' | 'some' | 'all'
  readonly counts: { lost: number; repeated: number; reordered: number; cut: number }
  readonly Socket: SocketClass
}

export function faultyNetwork(random: Random): Network {
  const counts = { lost: 0, repeated: 0, reordered: 0, cut: 0 }
  const network: Omit<Network, 'Socket'> = { faults: 'some', counts }

  const diceOf = (faults: Network['faults']) => ({ none: 100, some: random.below(100), all: 0 })[faults]

  class FaultySocket implements Socket {
    onopen: Socket['onopen'] = null
    onmessage: Socket['onmessage'] = null
    onclose: Socket['onclose'] = null
    onerror: Socket['onerror'] = null
    private readonly inner: WebSocket
    /** It arrives after the next one. */
    private held: unknown

    constructor(url: string) {
      this.inner = new WebSocket(url)
      this.inner.onopen = () => this.onopen?.()
      this.inner.onclose = ({ code, reason }) => this.onclose?.({ code, reason })
      this.inner.onerror = ({ message }) => this.onerror?.({ message })
      this.inner.onmessage = ({ data }) => this.take(data)
    }

    send(text: string): void {
      this.inner.send(text)
    }

    close(code?: number): void {
      this.inner.close(code)
    }

    private take(data: unknown): void {
      const isChained = JSON.parse(String(data)).symbol !== undefined
      const dice = isChained ? diceOf(network.faults) : 100
      if (dice < 8) {
        counts.lost++
        return
      }
      if (dice < 16 && this.held === undefined) {
        counts.reordered++
        this.held = data
        return
      }
      this.onmessage?.({ data })
      if (dice >= 16 && dice < 24) {
        counts.repeated++
        this.onmessage?.({ data })
      }
      const { held } = this
      this.held = undefined
      if (held !== undefined) this.onmessage?.({ data: held })
      if (dice === 24) {
        counts.cut++
        this.inner.terminate()
      }
    }
  }
  return Object.assign(network, { Socket: FaultySocket as SocketClass })
}
