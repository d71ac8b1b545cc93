/**
 * The edge's side of the lake's thread: starts it, and starts it again if it fails. The core ends it. Orders do not
 * depend on it.
 */

import { MessageChannel, Worker } from 'node:worker_threads'
import { LAKE_RETRY_MS } from '../../../../protocol/limits.ts'
import type { LakeOptions, LakePort, LakeSettings } from './lake-messages.ts'

const YOUNG_GENERATION_MB = 32

export interface LakeClientPorts {
  readonly thread: URL
  readonly dataPath: string
  readonly settings: LakeSettings
  /** Gives the core its end of the port of a new thread. */
  readonly connectCore: (message: LakePort) => void
  readonly onFailed: (message: string) => void
}

export class LakeClient {
  private readonly ports: LakeClientPorts
  private worker: Worker | undefined
  private stopping = false
  private timer: NodeJS.Timeout | undefined

  constructor(ports: LakeClientPorts) {
    this.ports = ports
    this.start()
  }

  /** No new thread starts, because the core is about to end the present one. */
  leave(): void {
    this.stopping = true
    clearTimeout(this.timer)
  }

  /** Ends the thread wherever it is. The lake is whole after it, as after a crash. */
  async stop(): Promise<void> {
    this.leave()
    await this.worker?.terminate()
  }

  private start(): void {
    const { port1, port2 } = new MessageChannel()
    const consumed = new Int32Array(new SharedArrayBuffer(4))
    const { dataPath, settings, thread } = this.ports
    const options: LakeOptions = { ...settings, dataPath, core: port2, consumed }
    const worker = new Worker(thread, {
      workerData: options,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.worker = worker
    this.ports.connectCore({ kind: 'lakePort', port: port1, consumed })
    let error = 'its thread has stopped'
    worker.on('error', (cause) => {
      error = cause instanceof Error ? cause.message : String(cause)
    })
    worker.on('exit', () => {
      this.worker = undefined
      if (this.stopping) return
      this.ports.onFailed(error)
      this.timer = setTimeout(() => this.start(), LAKE_RETRY_MS).unref()
    })
  }
}
