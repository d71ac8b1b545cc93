/** The list of keys. */

export function KeyList() {
  return null
}
