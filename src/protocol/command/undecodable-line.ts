/**
 * Why this program cannot decode a line of the order stream. A malformed line is one that no version can read. An
 * unknown command may be valid: another version of the program, or one with more instruments, can read it, so it
 * must not be skipped permanently.
 */

/** A malformed line or an unknown command. */
export abstract class UndecodableLine extends Error {}

/** Characters of a line's value that a message repeats: as long as the longest valid name. */
const SHOWN_LENGTH_MAX = 64

/** A value of a line, for a message: short, and never walked through, because it may be nested deeply. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX))
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** No version can read the line: it is not JSON, or a known field has a value that is never allowed. */
export class MalformedCommand extends UndecodableLine {
  override readonly name = 'MalformedCommand'
}

/** The line has a kind of command, a field, a word or phase, an instrument or a version of the rules that is unknown here. */
export class UnknownCommand extends UndecodableLine {
  override readonly name = 'UnknownCommand'
  readonly what: 'kind' | 'field' | 'word' | 'phase' | 'instrument' | 'rules'
  /** The name in the line. */
  readonly unknown: string

  /** `hint` is a sentence that tells the operator what to do. */
  constructor(what: UnknownCommand['what'], unknown: string, hint = '') {
    super(`unknown ${what} ${shown(unknown)}${hint}`)
    this.what = what
    this.unknown = unknown
  }
}
