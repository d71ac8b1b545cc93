/**
 * The header `traceparent`, by which a client joins its trace to that of a request. A line of the order stream carries
 * it as `traceId`, behind the fields of the command. It is not part of the command.
 *
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const SAMPLED = 1

export interface Traceparent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  readonly isSampled: boolean
}

/** undefined: there is none, or it is not valid and the request begins a trace of its own. */
export function readTraceparent(text: string | null | undefined): Traceparent | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED }
}

export const writeTraceparent = ({ traceId, spanId, isSampled }: Traceparent): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

/** The line of a command with the id of its trace. */
export const tracedLine = (line: string, traceId: string): string =>
  `${line.slice(0, -1)},"traceId":${JSON.stringify(traceId)}}`
