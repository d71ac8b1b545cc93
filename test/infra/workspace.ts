/**
 * A copy of infra/ in a temporary folder in which Terraform runs. The source tree stays clean, no state is
 * shared, and a test can add files that override what an emulator cannot do. Terraform gets no credentials
 * of the machine. The bundles are the real ones if they were built, otherwise empty archives.
 */

import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FUNCTIONS as DEPLOYED } from '../../src/adapters/aws/resources.ts'
import type { Resource } from './plan.ts'
import { GARBAGE_COLLECTION, Provider } from './provider.ts'
import { pluginDir, terraform } from './tools.ts'

const run = promisify(execFile)
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const infra = join(root, 'infra')
export const FUNCTIONS = Object.keys(DEPLOYED) as (keyof typeof DEPLOYED)[]

/** The end record of a ZIP file without entries. */
const EMPTY_ARCHIVE = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])

/** State and dot files of a developer's folder are not copied. */
const isSource = (path: string) => path === infra || /\/[^./][^/]*\.(tf|json)$/.test(path)

export class Workspace {
  readonly folder: string
  private readonly endpoint: string
  private provider: Provider | undefined

  private constructor(endpoint: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'exchange-infra-'))
    this.endpoint = endpoint
    cpSync(infra, this.path('infra'), { recursive: true, filter: isSource })
    mkdirSync(this.path('dist-lambda'))
    for (const name of FUNCTIONS) {
      const built = join(root, 'dist-lambda', `${name}.zip`)
      const target = this.path(`dist-lambda/${name}.zip`)
      if (existsSync(built)) copyFileSync(built, target)
      else writeFileSync(target, EMPTY_ARCHIVE)
    }
  }

  /** An initialized copy that sends every call to `endpoint`. */
  static async open(endpoint: string, overrides = ''): Promise<Workspace> {
    const workspace = new Workspace(endpoint)
    if (overrides !== '') writeFileSync(workspace.path('infra/emulator_override.tf'), overrides)
    const mirror = pluginDir === undefined ? [] : [`-plugin-dir=${pluginDir}`]
    await workspace.terraform('init', '-input=false', ...mirror)
    workspace.provider = await Provider.start(workspace.path('infra'), workspace.environment())
    return workspace
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Returns the output of Terraform. Throws an error with the output if Terraform failed. */
  async terraform(...args: string[]): Promise<string> {
    try {
      const options = { cwd: this.path('infra'), env: this.environment(), maxBuffer: OUTPUT_BYTES_MAX }
      return (await run(terraform as string, colorless(args), options)).stdout
    } catch (cause) {
      const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
      throw new Error(`terraform ${args.join(' ')}\n${stdout.slice(-4_000)}\n${stderr.slice(-12_000)}`, { cause })
    }
  }

  /** The variables of Terraform and of its provider. */
  private environment(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env
    return {
      PATH,
      HOME,
      ...GARBAGE_COLLECTION,
      AWS_ACCESS_KEY_ID: 'mock',
      AWS_SECRET_ACCESS_KEY: 'mock',
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      ...(this.provider === undefined ? {} : { TF_REATTACH_PROVIDERS: this.provider.address }),
    }
  }

  /** Replaces the state by these resources. Attributes that are absent are null. */
  writeState(resources: readonly Resource[]): void {
    const state = {
      version: 4,
      serial: 1,
      lineage: '00000000-0000-0000-0000-000000000000',
      outputs: {},
      resources: resources.map(({ address, mode, type, name, values }) => {
        const index = /\[(\d+)\]$/.exec(address)?.[1]
        const instance = { schema_version: 0, attributes: values }
        return {
          mode,
          type,
          name,
          provider: 'provider["registry.terraform.io/hashicorp/aws"]',
          instances: [index === undefined ? instance : { ...instance, index_key: Number(index) }],
        }
      }),
    }
    writeFileSync(this.path('infra/terraform.tfstate'), JSON.stringify(state))
  }

  close(): void {
    this.provider?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const colorless = ([command = '', ...rest]: string[]): string[] =>
  ['output', 'fmt', 'show', 'state'].includes(command) ? [command, ...rest] : [command, '-no-color', ...rest]
