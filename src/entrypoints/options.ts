/** Reads command-line options. An environment variable gives the value of an absent flag. */

import { parseArgs } from 'node:util'

/** Wrong usage. The message is for the user, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Option {
  readonly flag: string
  /** The name of the value in help; absent for a switch. */
  readonly value?: string
  /** The environment variable that is read if the flag is absent. */
  readonly variable?: string
  readonly byDefault?: string
  readonly help: string
}

export interface Words {
  /** By flag. */
  readonly values: Record<string, string | undefined>
  /** By flag: the source of the value for messages, which is the flag or its variable. */
  readonly givenBy: Record<string, string>
  readonly help: boolean
  readonly rest: string[]
}

/** The given options. `--help` is always allowed. Throws {@link UsageError}. */
export function readOptions(
  argv: string[],
  options: readonly Option[],
  environment: NodeJS.ProcessEnv = process.env,
): Words {
  const known = Object.fromEntries(
    options.map(({ flag, value }) => [flag, { type: value === undefined ? 'boolean' : 'string' }]),
  )
  let parsed: { values: Record<string, unknown>; positionals: string[] }
  try {
    parsed = parseArgs({
      args: argv,
      options: { ...known, help: { type: 'boolean', short: 'h' } } as Record<string, { type: 'string' | 'boolean' }>,
      allowPositionals: true,
    })
  } catch (cause) {
    // Only Node's first sentence, because the rest is advice about dashes.
    const [sentence] = (cause as Error).message.split(/\.\s/)
    const ambiguous = /'(--[\w-]+)' argument is ambiguous/.exec(sentence)
    throw new UsageError(
      ambiguous === null ? sentence : `${ambiguous[1]} takes a value, and it cannot begin with a dash`,
    )
  }
  const values: Record<string, string | undefined> = {}
  const givenBy: Record<string, string> = {}
  for (const { flag, variable, byDefault } of options) {
    const given = parsed.values[flag]
    if (given === '') throw new UsageError(`--${flag} takes a value`)
    const fromVariable = variable === undefined ? undefined : environment[variable]
    values[flag] = given === undefined ? fromVariable || byDefault : String(given)
    givenBy[flag] = given === undefined && fromVariable ? (variable as string) : `--${flag}`
  }
  return { values, givenBy, help: parsed.values.help === true, rest: parsed.positionals }
}

/** A whole number in a range. `name` is for the message. Throws {@link UsageError}. */
export function wholeNumber(name: string, text: string | undefined, min: number, max: number): number {
  const number = /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN
  if (!(number >= min && number <= max))
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not ${text}`)
  return number
}

/** Options as aligned lines for `--help`. */
export function describeOptions(options: readonly Option[]): string {
  const left = options.map(({ flag, value }) => `  --${flag}${value === undefined ? '' : ` ${value}`}`)
  const width = Math.max(...left.map((text) => text.length), '  --help'.length) + 2
  const rows = options.map(({ help, variable, byDefault }, i) => {
    const notes = [byDefault === undefined ? '' : `default ${byDefault}`, variable ?? ''].filter((note) => note !== '')
    return `${left[i].padEnd(width)}${help}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`
  })
  return [...rows, `${'  --help'.padEnd(width)}show this text`].join('\n')
}
