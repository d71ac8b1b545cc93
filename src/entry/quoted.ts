/** A name or value of the caller for a message: quoted, and never repeated at any length. */

import { ECHO_LENGTH_MAX } from '../protocol/limits.ts'

export const shortened = (name: string): string =>
  name.length > ECHO_LENGTH_MAX ? `${name.slice(0, ECHO_LENGTH_MAX)}…` : name

export const quoted = (name: string): string => JSON.stringify(shortened(name))
