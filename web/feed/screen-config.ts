/**
 * Where the screen finds the exchange: `/screen.json`, which the server that serves the page provides. Without that
 * file the exchange is where the page came from.
 */

export interface ScreenConfig {
  /** Base URL of REST, without a slash at its end. */
  readonly api: string
  /** URL of the WebSocket. */
  readonly socket: string
}

/** An answer that takes longer is asked for again. */
const ANSWER_MS_MAX = 10_000
/** Pauses between attempts; the last one repeats. */
const PAUSES_MS = [250, 1_000, 4_000]
/** There is no such file. A bucket that may not be listed answers 403. */
const ABSENT = [403, 404, 410]

/**
 * Asks until the server has answered: a page that guessed the addresses after a fault would ask the wrong host until
 * it is loaded again. `failed` is called before each pause.
 */
export async function readScreenConfig(
  failed: () => void,
  pauses: readonly number[] = PAUSES_MS,
): Promise<ScreenConfig> {
  const page = globalThis.location.href
  for (let attempt = 0; ; attempt++) {
    const content = await contentAt(new URL('screen.json', page))
    if (content !== undefined) return screenConfigOf(content, page)
    failed()
    await new Promise((resolve) => setTimeout(resolve, pauses[Math.min(attempt, pauses.length - 1)]))
  }
}

/** undefined: not known, because of a fault that may pass. */
async function contentAt(url: URL): Promise<unknown> {
  try {
    const answer = await fetch(url, { credentials: 'same-origin', signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    if (ABSENT.includes(answer.status)) return {}
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
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
