/**
 * What a connection offers to the session that uses it, and what it expects of the session. Any transport of whole
 * messages can be behind a connection.
 */

/** A message for several clients: the same object for all of them, so that its frame is made once. */
export interface SharedMessage {
  readonly text: string
}

export interface SocketConnection {
  /**
   * Sends a whole message. The messages of one turn of the event loop are written together. A message to a connection
   * that is closing is dropped.
   */
  send(message: string | SharedMessage): void
  /** Bytes that the client has not taken yet: those of this turn, and those that the kernel has not taken. */
  readonly waitingBytes: number
  /** Calls `call` once, in a later turn, when no bytes wait. It is not called if the connection ends before. */
  onDrained(call: () => void): void
  /** Closes with a code and a reason of at most 123 bytes. Messages that were sent before are written first. */
  close(code: number, reason: string): void
}

export interface SocketReceiver {
  /** A text message. It is called in the order of arrival, and never after `ended`. */
  receive(text: string): void
  /** The exchange stops: accept no further requests. Resolves when those in flight are answered. */
  stop(): Promise<void>
  /** The connection has ended, for whatever reason. Called once. Resolves when everything that follows is done. */
  ended(): void | Promise<void>
}
