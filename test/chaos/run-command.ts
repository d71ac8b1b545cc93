/** What the commands of this folder have in common: options, help, exit codes and what a failure prints. */

import { RedisMissing } from '../../src/entrypoints/aws-local/redis-server.ts'
import { type Option, readOptions, UsageError, type Words, wholeNumber } from '../../src/entrypoints/options.ts'

export interface Output {
  line(text: string): void
  error(text: string): void
}

export interface Command {
  /** As in `npm run aws:chaos`. */
  readonly name: string
  readonly options: readonly Option[]
  readonly help: string
  /** Returns whether everything is equal. Throws UsageError for a wrong option. */
  run(given: Given, output: Output): Promise<boolean>
}

export interface Given {
  readonly values: Words['values']
  /** A whole number in a range, from an option or from `text`. */
  number(flag: string, min: number, max: number, text?: string): number
}

/** Returns the exit code: 0 equal, 1 different or failed, 2 wrong usage. */
export async function runCommand(command: Command, argv: string[], output: Output): Promise<number> {
  const shown = `aws-${command.name.slice('aws:'.length)}`
  try {
    const { values, givenBy, help, rest } = readOptions(argv, command.options)
    if (help) {
      output.line(command.help)
      return 0
    }
    if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
    const number: Given['number'] = (flag, min, max, text = values[flag]) => wholeNumber(givenBy[flag], text, min, max)
    return (await command.run({ values, number }, output)) ? 0 : 1
  } catch (cause) {
    if (cause instanceof UsageError) {
      output.error(`${shown}: ${cause.message}\nTry: npm run ${command.name} -- --help`)
      return 2
    }
    output.error(`${shown}: ${cause instanceof RedisMissing ? cause.message : (cause as Error).stack}`)
    return 1
  }
}
