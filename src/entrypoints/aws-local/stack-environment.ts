/** The environment variables of the functions of a local stack: those that Terraform sets, and the local endpoints. */

import { FUNCTIONS, STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { CREDENTIALS, type Emulators, REDIS_SECRET } from './emulators.ts'

export const REGION = 'local'

export interface EnvironmentOptions {
  readonly emulators: Emulators
  /** Of Kinesis, as the functions see it. */
  readonly kinesisUrl: string
  readonly bucket: string
  readonly authMode: 'none' | 'api_key'
  readonly lagLimitSeconds: number | undefined
  readonly logLevel: string | undefined
  /** Invocations at a time for one shard. */
  readonly parallelizationFactor: number
  /** Where the functions of market data reach connections and other functions. Absent: there is no market data. */
  readonly market: { readonly socketEndpoint: string; readonly invokeUrl: string } | undefined
}

/** They exist only with live market data (Terraform: market_data). */
const OF_MARKET = new Set<object>([TABLES.connections, TABLES.candles, TABLES.fills])

export function environmentOf(options: EnvironmentOptions): Record<string, string> {
  const { emulators, market, lagLimitSeconds } = options
  const resources = [...Object.values(STREAMS), ...Object.values(TABLES)]
  const present = resources.filter((resource) => market !== undefined || !OF_MARKET.has(resource))
  return {
    ...Object.fromEntries(present.map(({ variable, name }) => [variable, name])),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_KINESIS: options.kinesisUrl,
    AWS_ENDPOINT_URL_DYNAMODB: emulators.dynamodb,
    AWS_ENDPOINT_URL_S3: emulators.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: emulators.secrets,
    ...(market !== undefined && {
      AWS_ENDPOINT_URL_LAMBDA: market.invokeUrl,
      SOCKET_ENDPOINT: market.socketEndpoint,
      QUERY_FUNCTION: FUNCTIONS.query.name,
    }),
    REDIS_URL: withoutPassword(emulators.redis),
    REDIS_SECRET_ARN: REDIS_SECRET,
    SNAPSHOT_BUCKET: options.bucket,
    DEAD_LETTER_BUCKET: options.bucket,
    AUTH_MODE: options.authMode,
    PARALLELIZATION: String(options.parallelizationFactor),
    ...(lagLimitSeconds !== undefined && { LAG_LIMIT_SECONDS: String(lagLimitSeconds) }),
    LOG_LEVEL: options.logLevel ?? 'WARN',
    POWERTOOLS_SERVICE_NAME: 'exchange',
    POWERTOOLS_METRICS_NAMESPACE: 'Exchange',
  }
}

/** The functions read the password from the secret, as on AWS. */
function withoutPassword(url: string): string {
  const { hostname, port } = new URL(url)
  return `redis://${hostname}:${port}`
}
