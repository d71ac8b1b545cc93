/** Why the reader of the feed refuses a batch. The third refusal is UnknownVersion, for the version of the batch. */

import { UnknownVersion } from '../versions.ts'
import { FEED_VERSION } from './feed-format.ts'

/** The bytes are not a batch. */
export class NotAFeed extends Error {
  override readonly name = 'NotAFeed'
}

/** An event has a code that only a newer program writes. */
export class UnknownCode extends UnknownVersion {
  constructor(event: string) {
    super('the batch of events', FEED_VERSION, FEED_VERSION, FEED_VERSION)
    this.message = `the batch has ${event}, which this program does not know. Start the program that wrote it.`
  }
}
