/**
 * The market thread's side of its port to the core. An answer arrives in order with the events: a book that is asked
 * for contains the events that arrived before it, and none of those behind it. So answers are passed by a call and not
 * by a promise, which would be settled later.
 */

import type { MessagePort } from 'node:worker_threads'
import type { WholeDepth } from '../../../../ports/depth-reader.ts'
import type { FeedStart } from '../../../../ports/event-feed.ts'
import type { ListedInstrument } from '../../../../protocol/instrument/instrument-directory.ts'
import { JoiningBooks } from './joining-books.ts'
import type { ConsumedBytes, CoreToMarket, MarketQuestions, MarketToCore } from './market-messages.ts'

export interface CoreListener {
  started(start: FeedStart, instruments: readonly ListedInstrument[]): void
  take(batch: Uint8Array): void
  /** No more batches come until the feed is started again. */
  dropped(): void
}

/** Receives the answer, or undefined if the core could not give one. */
type OnAnswer = (answer: unknown) => void

export class CoreLink {
  private readonly port: Pick<MessagePort, 'postMessage'>
  private readonly consumed: ConsumedBytes
  private readonly asked = new Map<number, OnAnswer>()
  private readonly joining = new JoiningBooks()
  private nextId = 1

  constructor(port: Pick<MessagePort, 'postMessage'>, consumed: ConsumedBytes) {
    this.port = port
    this.consumed = consumed
  }

  turnFeed(on: boolean): void {
    this.post({ kind: 'turnFeed', on })
  }

  ask<Q extends keyof MarketQuestions>(
    question: Q,
    ask: MarketQuestions[Q]['ask'],
    onAnswer: (answer: MarketQuestions[Q]['answer'] | undefined) => void,
  ): void {
    const id = this.nextId++
    this.asked.set(id, onAnswer as OnAnswer)
    this.post({ kind: 'ask', id, question, ask })
  }

  /** Reads a whole book. Its symbol is not asked for again before the answer. */
  depth(symbol: string, onAnswer: (depth: WholeDepth | undefined) => void): void {
    this.ask('depth', { symbol }, (last) => onAnswer(this.joining.end(symbol, last)))
  }

  /** The caller passes each message of the core. */
  receive(message: CoreToMarket, listener: CoreListener): void {
    switch (message.kind) {
      case 'events':
        this.joining.takeEvents(message.batch)
        listener.take(message.batch)
        Atomics.add(this.consumed, 0, message.batch.length)
        break
      case 'feedStarted':
        listener.started(message.start, message.instruments)
        break
      case 'feedDropped':
        // Answers on the way would miss the lost events.
        this.asked.clear()
        this.joining.clear()
        listener.dropped()
        break
      case 'depthPart':
        if (this.asked.has(message.id)) this.joining.take(message.symbol, message.part)
        break
      case 'answer':
      case 'answerFailed': {
        const onAnswer = this.asked.get(message.id)
        this.asked.delete(message.id)
        onAnswer?.(message.kind === 'answer' ? message.answer : undefined)
        break
      }
    }
  }

  private post(message: MarketToCore): void {
    this.port.postMessage(message)
  }
}
