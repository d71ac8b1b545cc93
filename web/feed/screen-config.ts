/**
 * Where the screen finds the exchange: `/screen.json`, which the server that serves the page provides. Without it the
 * exchange is where the page came from.
 */

export interface ScreenConfig {
  /** Base URL of REST, without a slash at its end. */
  readonly api: string
  /** URL of the WebSocket. */
  readonly socket: string
}

export async function readScreenConfig(): Promise<ScreenConfig> {
  const page = globalThis.location.href
  try {
    const answer = await fetch(new URL('screen.json', page), { credentials: 'same-origin' })
    return answer.ok ? screenConfigOf(await answer.json(), page) : screenConfigOf({}, page)
  } catch {
    return screenConfigOf({}, page)
  }
}

/** Of the content of screen.json and the URL of the page. A field that is absent, empty or no text has its default. */
export function screenConfigOf(content: unknown, page: string): ScreenConfig {
  const { api, socket } = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>
  const base = new URL(textOr(api, '.'), page)
  const url = new URL(textOr(socket, 'ws'), page)
  url.protocol = url.protocol.replace(/^http/, 'ws')
  url.hash = ''
  return { api: `${base.origin}${base.pathname}`.replace(/\/+$/, ''), socket: url.href }
}

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise
