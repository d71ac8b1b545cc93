/**
 * Why a request changed nothing, as data: a permanent code, and what is wrong in words. It is
 * returned, never thrown. Each folder in front of the order stream has its own list of codes; a
 * dialect decides how its clients read one.
 */

export class Rejection<Code extends string = string> {
  readonly code: Code
  readonly detail: string
  /** The field or parameter at fault. */
  readonly field: string | undefined
  /** Present if the same request may succeed after this time. */
  readonly retryAfterMs: number | undefined

  constructor(code: Code, detail: string, field?: string, retryAfterMs?: number) {
    this.code = code
    this.detail = detail
    this.field = field
    this.retryAfterMs = retryAfterMs
  }
}
