/**
 * The edge's side of the reader thread, which reads the stored records. If the thread fails, the reads in flight
 * fail, and the next read starts a new thread. Orders do not depend on it.
 */

import { Worker } from 'node:worker_threads'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { IdLayer } from '../records/known-ids.ts'
import { type Answered, type Asked, LEAVE, type Leave } from './core-messages.ts'
import { QuestionPort } from './question-port.ts'
import type { StoredQuestions } from './stored-questions.ts'

export type ToReader = Asked | Leave | { readonly kind: 'idLayer'; readonly layer: IdLayer }

/** The options of the reader thread. */
export interface ReaderOptions {
  /** The file of records. */
  readonly path: string
}

/** The reader has opened the records. */
export interface ReaderUp {
  readonly kind: 'up'
}

export type FromReader = Answered | ReaderUp

const STOPPING = 'the exchange is stopping'

export class ReaderClient {
  private readonly thread: URL
  private readonly options: ReaderOptions
  private readonly onFailed: (message: string) => void
  private readonly questions = new QuestionPort<StoredQuestions>((message) => this.worker?.postMessage(message))
  private readonly layers: IdLayer[] = []
  private worker: Worker | undefined
  private stopping = false
  /** Resolves when the first thread has opened the records, or has failed. */
  readonly up: Promise<void>
  private isUp: () => void = () => {}

  constructor(thread: URL, options: ReaderOptions, onFailed: (message: string) => void) {
    this.thread = thread
    this.options = options
    this.onFailed = onFailed
    this.up = new Promise((resolve) => {
      this.isUp = resolve
    })
    this.start()
  }

  /** Gives the reader a layer of the filter of ids. It needs it before it is asked for an id in it. */
  share(layer: IdLayer): void {
    this.layers.push(layer)
    this.worker?.postMessage({ kind: 'idLayer', layer } satisfies ToReader)
  }

  /** Questions that the thread has not answered. */
  get waits(): number {
    return this.questions.size
  }

  /** Rejects with OperationalFailure: overloaded, unavailable, stopping. */
  ask<Q extends keyof StoredQuestions>(
    question: Q,
    ask: StoredQuestions[Q]['ask'],
  ): Promise<StoredQuestions[Q]['answer']> {
    if (this.stopping) return Promise.reject(new OperationalFailure('stopping', STOPPING, { retryable: true }))
    if (this.worker === undefined) this.start()
    return this.questions.ask(question, ask)
  }

  /**
   * Ends the thread: resolves when it has ended. It must end before the store is closed. A thread that is terminated
   * inside LMDB ends the process by a signal, so it ends by itself.
   */
  async stop(): Promise<void> {
    this.stopping = true
    const { worker } = this
    if (worker === undefined) return
    worker.postMessage(LEAVE)
    await new Promise((resolve) => worker.once('exit', resolve))
  }

  private start(): void {
    const worker = new Worker(this.thread, { workerData: this.options })
    this.worker = worker
    for (const layer of this.layers) worker.postMessage({ kind: 'idLayer', layer } satisfies ToReader)
    worker.on('message', (message: FromReader) => {
      if (message.kind === 'up') this.isUp()
      else this.questions.receive(message)
    })
    worker.on('error', (cause) => this.end(worker, cause instanceof Error ? cause.message : String(cause)))
    worker.on('exit', () => this.end(worker, 'the reader of the records has stopped'))
  }

  private end(worker: Worker, message: string): void {
    if (this.worker !== worker) return
    this.worker = undefined
    this.isUp()
    this.questions.abandon(new OperationalFailure('unavailable', message, { retryable: true }))
    if (!this.stopping) this.onFailed(message)
  }
}
