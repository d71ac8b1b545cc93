/** Sends messages to connections that another service holds, and asks about them. */

export interface ConnectionPosts {
  /**
   * Sends a whole message of at most 32 KiB. `gone`: the connection has ended, so it is to be ended in the store too.
   * Throws OperationalFailure, retryable; its code is `overloaded` if the service limits the rate. The message may then
   * have been sent. Messages of one connection arrive in sequence if each is sent after the one before was.
   */
  post(connectionId: string, text: string): Promise<'sent' | 'gone'>
  /** Whether a connection is open. Throws OperationalFailure, retryable. */
  isOpen(connectionId: string): Promise<boolean>
  /** Closes a connection, which may have ended. The service chooses the close code. Throws OperationalFailure. */
  close(connectionId: string): Promise<void>
}
