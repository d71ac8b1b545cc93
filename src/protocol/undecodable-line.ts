/**
 * Why a line of the order stream is no command to this program. A malformed line is one that no version can
 * read. An unknown command may be good: another version of the program, or one with more instruments, can
 * read it, so it must not be skipped for good.
 */

/** Either of both. */
export abstract class UndecodableLine extends Error {}

/** No version can read the line: it is not JSON, or a field that is known has a value it never allows. */
export class MalformedCommand extends UndecodableLine {
  override readonly name = 'MalformedCommand'
}

/** The line names a kind of command, a field, an instrument or a version of the rules that this program does not know. */
export class UnknownCommand extends UndecodableLine {
  override readonly name = 'UnknownCommand'
  readonly what: 'kind' | 'field' | 'instrument' | 'rules'
  /** Its name as it stands in the line. */
  readonly unknown: string

  /** `hint` is a sentence for whoever must mend it. */
  constructor(what: UnknownCommand['what'], unknown: string, hint = '') {
    super(`unknown ${what} ${JSON.stringify(unknown)}${hint}`)
    this.what = what
    this.unknown = unknown
  }
}
