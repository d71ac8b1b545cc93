/** The build gives each module its own constants. The modules behave as before, and their lines do not move. */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'

const SCRIPT = join(import.meta.dirname, '../../scripts/own-constants.mjs')
const MODULES = {
  'layout.js': `export const WORDS = 8;
export const BYTES = WORDS * 4;
export let changes = 0;
export function count() { changes++; return BYTES; }
//# sourceMappingURL=layout.js.map
`,
  'user.js': `import { BYTES, changes, count, } from './layout.js';
import { join } from 'node:path';
export const SUM = BYTES + count();
export const read = () => [BYTES, SUM, changes, join('a', 'b')];
`,
}
const MODULE_NAMES = Object.keys(MODULES)

test('constants are copied once, with the same values, and lines do not move', () => {
  const folder = temporaryDirectory()
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const [name, code] of Object.entries(MODULES)) writeFileSync(join(folder, name), code)
  const copyConstants = () => {
    execFileSync(process.execPath, [SCRIPT, folder])
    return MODULE_NAMES.map((name) => readFileSync(join(folder, name), 'utf8'))
  }

  const [layout, user] = copyConstants()
  expect(layout).toMatch(/^const BYTES = WORDS \* 4;$/m)
  expect(layout.split('\n')[3]).toBe(MODULES['layout.js'].split('\n')[3])
  expect(layout.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=layout.js.map')
  expect(user.split('\n')[0]).toBe(
    "import { BYTES as BYTES$, changes, count } from './layout.js'; const BYTES = BYTES$;",
  )
  expect(copyConstants()).toEqual([layout, user])

  const print = "import('./user.js').then(({ SUM, read }) => console.log(JSON.stringify([SUM, ...read()])))"
  const printed = execFileSync(process.execPath, ['-e', print], { cwd: folder, encoding: 'utf8' })
  expect(JSON.parse(printed)).toEqual([64, 32, 64, 1, join('a', 'b')])

  // The compiler writes a changed source again; then its constants are copied, and the others stay as they are.
  writeFileSync(join(folder, 'layout.js'), MODULES['layout.js'].replace('= 8', '= 16'))
  expect(copyConstants()).toEqual([layout.replace('= 8', '= 16'), user])
})
