/** Order ids of the screen: 128 random bits. Works also in a page without TLS, where crypto.randomUUID is absent. */

export function randomOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
