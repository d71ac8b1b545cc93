/** Writes a rejection as `application/problem+json`, with the headers that belong to it. */

import { problemBody } from '../api/problem-body.ts'
import { PROBLEMS, type ProblemCode } from '../api/problems.ts'
import { answerResponse } from '../http/answer-response.ts'
import { Rejection } from '../protocol/rejection.ts'

type Headers = Readonly<Record<string, string>>

/** A rejection of the matcher, whose answer has headers of its own. */
export class WaitedRejection extends Rejection<ProblemCode> {
  readonly headers: Headers

  constructor({ code, detail, field, retryAfterMs }: Rejection<ProblemCode>, headers: Headers) {
    super(code, detail, field, retryAfterMs)
    this.headers = headers
  }
}

export function problemResponse(rejection: Rejection<ProblemCode>, requestId: string, more: Headers): Response {
  const { code, retryAfterMs } = rejection
  const headers = {
    ...(code === 'unauthorized' && { 'WWW-Authenticate': 'Bearer' }),
    ...(retryAfterMs !== undefined && { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(rejection instanceof WaitedRejection && rejection.headers),
  }
  const body = JSON.stringify(problemBody(rejection))
  const { status } = PROBLEMS[code]
  return answerResponse({ status, body, contentType: 'application/problem+json', headers }, requestId, more)
}
