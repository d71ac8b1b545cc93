/** Quotes a name or value of the caller in a message, and limits its length. */

import { ECHO_LENGTH_MAX } from '../protocol/limits.ts'

export const shortened = (name: string): string =>
  name.length > ECHO_LENGTH_MAX ? `${name.slice(0, ECHO_LENGTH_MAX)}…` : name

export const quoted = (name: string): string => JSON.stringify(shortened(name))
