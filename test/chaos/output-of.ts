/** Runs a command of this folder as a test does: with its exit code and all that it prints. */

import { type Command, runCommand } from './run-command.ts'

export async function outputOf(command: Command, argv: string[]) {
  const lines: string[] = []
  const errors: string[] = []
  const output = { line: (text: string) => lines.push(text), error: (text: string) => errors.push(text) }
  const code = await runCommand(command, argv, output)
  return { code, lines: lines.join('\n'), errors: errors.join('\n') }
}
