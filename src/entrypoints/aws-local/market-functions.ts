/**
 * Live market data of a local stack: the WebSocket API with its three functions, the notifier behind KDS_Events, and
 * the sweep, which Terraform's scheduler invokes once a minute.
 */

import type { Server } from 'node:http'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { FUNCTIONS, STREAMS } from '../../adapters/aws/resources.ts'
import type { StreamWrites } from '../../event-source-mapping/kinesis-source.ts'
import type { MappingOptions } from '../../event-source-mapping/mapping-options.ts'
import { mapStream, NOTIFIER_MAPPING } from './function-mapping.ts'
import { startInvokeService } from './invoke-service.ts'
import type { LocalFunction } from './local-function.ts'
import type { GatewayLimits } from './socket-gateway/gateway-limits.ts'
import { type SocketGateway, startSocketGateway } from './socket-gateway/socket-gateway.ts'

export interface MarketFunctions {
  readonly gateway: SocketGateway
  readonly connect: LocalFunction
  readonly message: LocalFunction
  readonly disconnect: LocalFunction
  readonly notifier: LocalFunction
}

export interface SocketOptions {
  /** Limits of API Gateway's WebSocket API, if they differ from the service's. */
  readonly socketLimits?: Partial<GatewayLimits>
  /** Whether the event of a $disconnect is lost. */
  losesDisconnect?(): boolean
  /** Called with each line that a function writes, and with each batch that a mapping gives up. */
  onLine(functionName: string, line: string): void
}

/** What the functions need before they start: the URLs are in their environment. */
export async function startMarketServices(options: SocketOptions, byName: ReadonlyMap<string, LocalFunction>) {
  const { socketLimits: limits, losesDisconnect } = options
  const gateway = await startSocketGateway({
    ...(limits !== undefined && { limits }),
    ...(losesDisconnect !== undefined && { losesDisconnect }),
    onFailure: (cause) => options.onLine('gateway', String(cause)),
  })
  const invokes = await startInvokeService((name) => {
    const found = byName.get(name)
    return found && ((event) => found.invoke(event))
  })
  const close = async () => {
    await gateway.close()
    await invokes.close()
  }
  return { gateway, socketEndpoint: gateway.endpoint, invokeUrl: invokes.url, close }
}

export interface MarketOptions {
  readonly gateway: SocketGateway
  readonly polling: KinesisClient
  readonly writes: StreamWrites | undefined
  readonly mapping: Partial<MappingOptions>
  readonly sweepMs: number
  /** Creates a function that is closed with the stack. */
  make(name: keyof typeof FUNCTIONS, instancesMax: number): LocalFunction
  repeat?(): boolean
  onLine(functionName: string, line: string): void
}

/** One instance of each function is ready when this resolves. Others are started when they are needed. */
export async function startMarketFunctions(
  options: MarketOptions,
): Promise<MarketFunctions & { close(): Promise<unknown> }> {
  const { gateway, make, onLine, repeat } = options
  const functions = {
    connect: make('connect', 2),
    message: make('message', 8),
    disconnect: make('disconnect', 2),
    notifier: make('notifier', STREAMS.events.shards + 1),
  }
  await Promise.all(Object.values(functions).map((each) => each.warmUp()))
  const mapping = mapStream({
    client: options.polling,
    stream: STREAMS.events,
    writes: options.writes,
    target: FUNCTIONS.notifier,
    invoked: functions.notifier,
    options: { ...NOTIFIER_MAPPING, ...options.mapping },
    checkpoints: new Map(),
    ...(repeat !== undefined && { repeat }),
    onLine,
  })
  const sweep = setInterval(() => {
    functions.disconnect.invoke({ sweep: true }).catch((cause) => onLine(FUNCTIONS.disconnect.name, String(cause)))
  }, options.sweepMs)
  return {
    gateway,
    ...functions,
    close: async () => {
      clearInterval(sweep)
      await mapping.stop().catch(() => {})
    },
  }
}

/** Clients connect on the port of the REST interface. */
export const attachSocket = (server: Server, { gateway, connect, message, disconnect }: MarketFunctions): void =>
  gateway.attach(server, {
    connect: (event) => connect.invoke(event),
    message: (event) => message.invoke(event),
    disconnect: (event) => disconnect.invoke(event),
  })
