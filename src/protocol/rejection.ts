/**
 * The rejection of a request, as data: a permanent code and an explanation in words. It is returned, never
 * thrown. Each folder in front of the order stream has its own list of codes. A dialect decides how its clients
 * see them.
 */

export class Rejection<Code extends string = string> {
  readonly code: Code
  readonly detail: string
  /** The field or parameter at fault. */
  readonly field: string | undefined
  /** Present if the same request may succeed after this delay. */
  readonly retryAfterMs: number | undefined

  constructor(code: Code, detail: string, field?: string, retryAfterMs?: number) {
    this.code = code
    this.detail = detail
    this.field = field
    this.retryAfterMs = retryAfterMs
  }
}
