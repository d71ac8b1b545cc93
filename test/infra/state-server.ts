/**
 * Keeps the state of Terraform in memory, as a backend of type "http". With a local file, Terraform writes the whole
 * state (1 MB) to the disk after each of 300 resources, which is half of its processor time in apply and destroy.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Resource, Values } from './plan.ts'

interface StateJson {
  readonly resources: readonly (Omit<Resource, 'address' | 'values'> & {
    readonly instances: readonly { readonly index_key?: string | number; readonly attributes: Values }[]
  })[]
}

export class StateServer {
  private readonly server: Server
  private stored = ''

  private constructor() {
    this.server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      if (request.method === 'POST') this.stored = body
      response.writeHead(request.method === 'GET' && this.stored === '' ? 404 : 200)
      response.end(request.method === 'GET' ? this.stored : '')
    })
  }

  static async start(): Promise<StateServer> {
    const state = new StateServer()
    await new Promise<void>((resolve) => state.server.listen(0, '127.0.0.1', resolve))
    return state
  }

  /** The block that makes Terraform use this server. */
  get backend(): string {
    const { port } = this.server.address() as AddressInfo
    return `terraform {\n  backend "http" {\n    address = "http://127.0.0.1:${port}"\n  }\n}\n`
  }

  /** What exists, with all attributes. */
  resources(): Resource[] {
    const { resources } = JSON.parse(this.stored) as StateJson
    return resources.flatMap(({ instances, ...resource }) =>
      instances.map(({ index_key, attributes }) => {
        const index = index_key === undefined ? '' : `[${JSON.stringify(index_key)}]`
        return { ...resource, address: `${resource.type}.${resource.name}${index}`, values: attributes }
      }),
    )
  }

  stop(): void {
    this.server.close()
  }
}
