/**
 * Lets web pages of other origins read answers (CORS), if the operator names the origins. Off by default. No cookie
 * identifies a caller here, so credentials are never allowed: a page sends a key as a header, which its preflight
 * request announces.
 */

const METHODS = 'GET, HEAD, POST, PATCH, DELETE'
const REQUEST_HEADERS = 'Authorization, Content-Type, If-None-Match, Prefer, X-API-Key, X-Request-Id'
/** Those that a page may not read otherwise. */
const ANSWER_HEADERS =
  'ETag, Idempotent-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id'
/** Seconds for which a browser remembers the answer to a preflight request. */
const PREFLIGHT_SECONDS = 600

type Fetch<More extends unknown[]> = (request: Request, ...more: More) => Response | Promise<Response>

/** `origins`: those that are allowed; `*` allows all. The answer to any other origin has no header of CORS. */
export function allowingOrigins<More extends unknown[]>(fetch: Fetch<More>, origins: ReadonlySet<string>): Fetch<More> {
  const all = origins.has('*')
  return async (request, ...more) => {
    const origin = request.headers.get('origin')
    const response = await fetch(request, ...more)
    if (!all) response.headers.append('Vary', 'Origin')
    if (origin === null || !(all || origins.has(origin))) return response
    response.headers.set('Access-Control-Allow-Origin', all ? '*' : origin)
    response.headers.set('Access-Control-Expose-Headers', ANSWER_HEADERS)
    if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method')) {
      response.headers.set('Access-Control-Allow-Methods', METHODS)
      response.headers.set('Access-Control-Allow-Headers', REQUEST_HEADERS)
      response.headers.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS))
    }
    return response
  }
}
