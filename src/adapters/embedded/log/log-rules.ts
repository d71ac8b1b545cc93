/**
 * Finds commands that adopt rules newer than this program in the bytes of the order log. Decoding finds them too,
 * but by then the file of records may have been created. A search of bytes takes about a fiftieth of the time of
 * decoding. JSON escapes quotes within a text, so a text of a client cannot look like such a command.
 */

import { checkRules } from '../../../protocol/command/operator-codec.ts'

const ADOPT_RULES = Buffer.from('{"kind":"AdoptRules"')
const NEWLINE = 10

/** Throws UnknownCommand. */
export function checkAdoptedRules(lines: Buffer): void {
  for (let at = lines.indexOf(ADOPT_RULES); at >= 0; at = lines.indexOf(ADOPT_RULES, at + 1)) {
    const end = lines.indexOf(NEWLINE, at)
    const rules = /"rules":(\d+)/.exec(lines.toString('utf8', at, end < 0 ? undefined : end))
    if (rules !== null) checkRules(Number(rules[1]))
  }
}
