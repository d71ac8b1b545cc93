/**
 * Lines that are no commands, kept in a queue with their bytes in base64: what a stream's own failure
 * destination keeps is only where they stood, and that is worthless once the stream has dropped them.
 * A line longer than a message may be comes in parts. The same letter may come twice.
 */

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts'
import { inParallel, operationalFailure } from './backoff.ts'

/** 180,000 bytes are 240,000 in base64: with the rest below 256 KiB, which every queue takes. */
const PART_BYTES_MAX = 180_000
const MESSAGES_IN_FLIGHT = 8

export class SqsDeadLetters implements DeadLetters {
  private readonly client: SQSClient
  private readonly queueUrl: string

  constructor(client: SQSClient, queueUrl: string) {
    this.client = client
    this.queueUrl = queueUrl
  }

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    await inParallel(letters.flatMap(messagesOf), MESSAGES_IN_FLIGHT, async (message) => {
      try {
        await this.client.send(
          new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: JSON.stringify(message) }),
        )
      } catch (cause) {
        throw operationalFailure('SendMessage', cause)
      }
    })
  }
}

function messagesOf({ bytes, ...letter }: DeadLetter) {
  const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES_MAX))
  return Array.from({ length: parts }, (_, part) => ({
    ...letter,
    part,
    parts,
    base64: Buffer.from(bytes.subarray(part * PART_BYTES_MAX, (part + 1) * PART_BYTES_MAX)).toString('base64'),
  }))
}
