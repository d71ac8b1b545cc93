/** Types of the parts of the emulators' interfaces that are used. The packages have no types. */

declare module 'kinesalite' {
  import type { Server } from 'node:http'

  function kinesalite(options: {
    createStreamMs?: number
    deleteStreamMs?: number
    updateStreamMs?: number
    shardLimit?: number
  }): Server
  export = kinesalite
}

declare module 'dynalite' {
  import type { Server } from 'node:http'

  function dynalite(options: { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number }): Server
  export = dynalite
}

declare module 's3rver' {
  import type { AddressInfo } from 'node:net'

  class S3rver {
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      configureBuckets: { name: string }[]
    })
    run(): Promise<AddressInfo>
    close(): Promise<void>
  }
  export = S3rver
}
