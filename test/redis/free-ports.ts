/** Free TCP ports of this machine, for servers that need to know their port. Each has a free one 10,000 above it. */

import { createServer, type Server } from 'node:net'

const BUS = 10_000

export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  const servers: Server[] = []
  while (ports.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    try {
      servers.push(await listen(port), await listen(port + BUS))
      ports.push(port)
    } catch {
      // One of the two is in use.
    }
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
