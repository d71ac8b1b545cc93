/**
 * The limits of API Gateway's WebSocket APIs. Those with a source are documented by AWS; a limit without one says what
 * is assumed. Tests shorten the times. AWS can raise none of them.
 */

/** Where AWS documents the sizes and times: "Quotas for configuring and running a WebSocket API in API Gateway". */
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html

export interface GatewayLimits {
  /** "Idle Connection Timeout: 10 minutes". A message in either direction ends the idle time; a ping is not a message. */
  readonly idleMs: number
  /** "Connection duration for WebSocket API: 2 hours". */
  readonly lifeMs: number
  /** "Integration timeout: 29 seconds". */
  readonly integrationMs: number
  /**
   * "WebSocket frame size: 32 KB", in both directions: "a message larger than 32 KB must be split into multiple frames,
   * each 32 KB or smaller". A longer frame closes the connection with 1009.
   */
  readonly frameBytes: number
  /** "Message payload size: 128 KB", in both directions. A longer message closes the connection with 1009. */
  readonly messageBytes: number
  /**
   * Bytes that may wait for a client that does not read. A post beyond it is refused with 429: "the WebSocket client
   * side buffer is full" (API reference, PostToConnection). AWS does not document its size; 1 MB is assumed.
   */
  readonly waitingBytes: number
}

const KB = 1_024
const MINUTE_MS = 60_000

export const GATEWAY_LIMITS: GatewayLimits = {
  idleMs: 10 * MINUTE_MS,
  lifeMs: 120 * MINUTE_MS,
  integrationMs: 29_000,
  frameBytes: 32 * KB,
  messageBytes: 128 * KB,
  waitingBytes: 1_000_000,
}

/** The close codes that API Gateway uses. */
export const GATEWAY_CLOSES = {
  /**
   * A connection that the backend deletes: 1000, "Connection Closed Normally". The backend cannot choose another code
   * (github.com/boto/boto3/issues/3789).
   */
  deleted: { code: 1000, reason: 'Connection Closed Normally' },
  /** Idle, or too old. AWS documents no code for these; 1001 is assumed. */
  idle: { code: 1001, reason: 'Going away' },
  expired: { code: 1001, reason: 'Going away' },
  /** "If a client app sends a binary frame, API Gateway rejects it and disconnects the client with code 1003." */
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
  binary: { code: 1003, reason: 'Binary frames are not supported' },
  /** "If a larger message (or larger frame size) is received, the connection is closed with code 1009." */
  tooLong: { code: 1009, reason: 'Message or frame too long' },
} as const

export type GatewayClose = (typeof GATEWAY_CLOSES)[keyof typeof GATEWAY_CLOSES]
