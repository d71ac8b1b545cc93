// node scripts/own-constants.mjs FOLDER: gives each compiled module of a folder its own copy of the constants that it
// imports or exports. V8 folds a constant of the module itself into the code of a function, but loads an imported or
// exported one from memory at each use. The matching engine consists of small functions with many such constants, and
// runs 1.2 times as fast with copies. So the sources need no duplicates. Bundles need no copies, because the bundler
// folds constants itself.
//
//   import { NEXT, type OrderPool } …      import { NEXT as NEXT$ } …; const NEXT = NEXT$;
//   export const NEXT = 4;                 const NEXT = 4;  …  const NEXT$ = NEXT; export { NEXT$ as NEXT };
//
// This is safe because no imports of the sources form a cycle: a constant has its value before a module that imports
// it begins. No line moves, so source maps stay correct. Files that are done already do not change.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const EXPORTED = /^export const (\w+) = /gm
const COPIED = /^export \{ (?:(\w+)\$ as \1(?:, )?)+ \};$/m
const IMPORT = /^import \{([^}]*)\} from '(\.[^']*)';/gm

giveOwnConstants(process.argv[2])

function giveOwnConstants(folder) {
  const modules = new Map()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && path.endsWith('.js')) modules.set(resolve(path), readFileSync(path, 'utf8'))
  }
  const constants = new Map([...modules].map(([path, code]) => [path, constantsOf(code)]))
  for (const [path, code] of modules) {
    const changed = withOwnExports(code).replace(IMPORT, (statement, names, from) => {
      const known = constants.get(resolve(dirname(path), from))
      return known === undefined ? statement : withOwnImports(names, from, known)
    })
    if (changed !== code) writeFileSync(path, changed)
  }
}

/** The names of the constants that a module exports. */
function constantsOf(code) {
  const copied = COPIED.exec(code)?.[0].matchAll(/(\w+)\$ as/g) ?? []
  return new Set([...code.matchAll(EXPORTED), ...copied].map(([, name]) => name))
}

function withOwnExports(code) {
  const names = [...code.matchAll(EXPORTED)].map(([, name]) => name)
  if (names.length === 0) return code
  const copies = names.map((name) => `${name}$ = ${name}`).join(', ')
  const exports = names.map((name) => `${name}$ as ${name}`).join(', ')
  const map = code.lastIndexOf('//# sourceMappingURL=')
  const end = map < 0 ? code.length : map
  const own = code.slice(0, end).replace(EXPORTED, 'const $1 = ')
  return `${own}const ${copies};\nexport { ${exports} };\n${code.slice(end)}`
}

function withOwnImports(names, from, constants) {
  const specifiers = names.split(',').map((name) => name.trim())
  const copied = specifiers.filter((name) => constants.has(name))
  const renamed = specifiers.map((name) => (constants.has(name) ? `${name} as ${name}$` : name))
  const statement = `import { ${renamed.filter((name) => name !== '').join(', ')} } from '${from}';`
  if (copied.length === 0) return statement
  return `${statement} const ${copied.map((name) => `${name} = ${name}$`).join(', ')};`
}
