/**
 * The Origin of a handshake. A browser sends it, and sends cookies and reaches private networks for any page, so a
 * page of another site must not open a socket. The exchange's own origin has the host and port of the Host header.
 * Programs send no Origin.
 */

/** `allowed` has further origins, such as `https://screen.example`, or `*` for all. */
export function mayConnectFrom(
  origin: string | undefined,
  host: string | undefined,
  allowed: ReadonlySet<string>,
): boolean {
  if (origin === undefined || allowed.has('*') || allowed.has(origin)) return true
  const own = /^https?:\/\/(.+)$/i.exec(origin)?.[1]
  return own !== undefined && host !== undefined && own.toLowerCase() === host.toLowerCase()
}
