/** Messages to the user. */

export function Notices() {
  return null
}
