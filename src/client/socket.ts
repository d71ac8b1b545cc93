/** The part of a WebSocket that the client uses. Browsers, Node 22 and the package `ws` have it. */

export interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  /** Called once, also if the connection could not be opened. */
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: { readonly message?: string }) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}

export type SocketClass = new (url: string) => Socket

/** The class of the platform; the package `ws` where the platform has none, as Node 20. */
export async function platformSocket(): Promise<SocketClass> {
  const { WebSocket } = globalThis as { WebSocket?: SocketClass }
  if (WebSocket !== undefined) return WebSocket
  // Not a literal, so that a bundler for browsers does not include the package.
  const name = 'ws'
  try {
    const { WebSocket: fromPackage } = (await import(/* @vite-ignore */ name)) as { WebSocket: SocketClass }
    return fromPackage
  } catch (cause) {
    throw new Error('there is no WebSocket here', { cause })
  }
}
