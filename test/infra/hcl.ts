/** Reads Terraform files without Terraform: a parser compiled to WebAssembly returns HCL as JSON. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@cdktf/hcl2json'
import { infra } from './workspace.ts'

export type Block = Readonly<Record<string, unknown>>
/** Kind of block, then its labels, then the blocks with those labels. */
export type Hcl = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Each file by its name. Throws if one is not HCL. */
export async function readInfra(): Promise<Map<string, { text: string; hcl: Hcl }>> {
  const names = readdirSync(infra).filter((name) => name.endsWith('.tf'))
  const files = names.map(async (name) => {
    const text = readFileSync(join(infra, name), 'utf8')
    return [name, { text, hcl: (await parse(name, text)) as Hcl }] as const
  })
  return new Map(await Promise.all(files))
}

/** All addresses that a reference may use: var.x, local.x, data.type.name, type.name. */
export function addressesOf(files: Iterable<{ hcl: Hcl }>): Set<string> {
  const found = new Set<string>()
  for (const { hcl } of files) {
    for (const name of Object.keys(hcl.variable ?? {})) found.add(`var.${name}`)
    for (const locals of (hcl.locals ?? []) as unknown as Block[]) {
      for (const name of Object.keys(locals)) found.add(`local.${name}`)
    }
    for (const [type, named] of Object.entries(hcl.resource ?? {})) {
      for (const name of Object.keys(named as Block)) found.add(`${type}.${name}`)
    }
    for (const [type, named] of Object.entries(hcl.data ?? {})) {
      for (const name of Object.keys(named as Block)) found.add(`data.${type}.${name}`)
    }
  }
  return found
}

/** The references of a file, without comments and quoted words. */
export function referencesIn(text: string): string[] {
  const code = text.replaceAll(/^\s*#.*$|\s#\s.*$/gm, '')
  const found = code.matchAll(/(?<![\w."-])(?:(data\.aws_\w+|aws_\w+|terraform_data|var|local)\.(\w+))/g)
  return [...found].map(([, kind, name]) => `${kind}.${name}`)
}
