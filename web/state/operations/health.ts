/** The answer of `/health`, in the words of the page. */

export interface Health {
  /** unreachable: it did not answer. */
  readonly status: 'ok' | 'degraded' | 'failing' | 'unreachable'
  readonly causes: readonly Cause[]
  /** Whether `/metrics` is served: the health of an exchange with metrics has its position in the log. */
  readonly servesMetrics: boolean
  readonly position: string | undefined
  readonly commands: number | undefined
  readonly lake: string | undefined
  readonly lakePosition: number | undefined
  readonly lakeLagCommands: number | undefined
  readonly rules: number | undefined
}

export interface Cause {
  readonly cause: string
  readonly since: string | undefined
  readonly detail: string
}

export const HEALTH_WORDS: Readonly<Record<Health['status'], string>> = {
  ok: 'Everything works.',
  degraded: 'The exchange works. An operator should look at the causes.',
  failing: 'The exchange does not work.',
  unreachable: 'The exchange does not answer.',
}

/** Reads what it understands of an answer. undefined: there was none. */
export function healthOf(answer: unknown): Health {
  const fields = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>
  const status = fields.status === 'ok' || fields.status === 'degraded' ? fields.status : undefined
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
  const causes = (Array.isArray(fields.causes) ? fields.causes : []).map((each): Cause => {
    const { cause, since, detail } = Object(each) as Record<string, unknown>
    return { cause: text(cause) ?? 'unknown', since: text(since), detail: text(detail) ?? '' }
  })
  const detail = text(fields.detail)
  if (status === undefined && detail !== undefined) {
    causes.push({ cause: text(fields.code) ?? 'failing', since: undefined, detail })
  }
  return {
    status: status ?? (answer === undefined ? 'unreachable' : 'failing'),
    causes,
    servesMetrics: text(fields.position) !== undefined,
    position: text(fields.position),
    commands: number(fields.commands),
    lake: text(fields.lake),
    lakePosition: number(fields.lakePosition),
    lakeLagCommands: number(fields.lakeLagCommands),
    rules: number(fields.rules),
  }
}
