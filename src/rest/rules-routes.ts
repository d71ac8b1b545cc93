/** The routes of the rules: read the version in force, and adopt a newer one. Adoption cannot be undone. */

import { shaped } from '../api/body-shape.ts'
import { adoptRules, rulesInForce } from '../entry/control-instruments.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import { readJsonBody } from '../http/request-body.ts'
import { ORDER_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_NEWEST } from '../protocol/versions.ts'
import { rulesChangeSchema, rulesSchema } from './answer-schemas.ts'
import { adoptRulesBody } from './request-schemas.ts'
import type { RestPorts } from './rest-ports.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { preferenceHeaders, submitOptions, waitedRejection } from './wait-preference.ts'

export const rulesRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/rules',
    name: 'getRules',
    summary: 'Read which rules are in force, and the newest that the program supports',
    access: 'operator',
    answers: { 200: { description: 'The two versions.', schema: rulesSchema } },
    problems: [],
    handle: ({ ports }) => ({ status: 200, body: rules(ports) }),
  },
  {
    method: 'POST',
    path: '/rules',
    name: 'adoptRules',
    summary: 'Adopt newer rules for every instrument; this cannot be undone',
    access: 'operator',
    body: { schema: adoptRulesBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: {
      200: { description: 'The two versions after the change, if the request waited for it.', schema: rulesSchema },
      202: { description: 'The command is durable and will be applied.', schema: rulesChangeSchema },
    },
    problems: ['unknown_rules', 'rules_not_newer'],
    handle: adopt,
  },
]

const rules = (ports: RestPorts) => ({ rules: rulesInForce(ports), newest: RULES_NEWEST })

async function adopt({ ports, http, caller }: Call): Promise<RouteResult> {
  const body = shaped(adoptRulesBody, await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (body instanceof Rejection) return body
  const options = { ...submitOptions(http), reason: body.reason }
  const adopted = await adoptRules(ports, caller, body.rules, options)
  if (adopted instanceof Rejection) return waitedRejection(adopted, options)
  const headers = preferenceHeaders(options.waitMs)
  if (adopted.applied) return { status: 200, body: rules(ports), headers }
  return { status: 202, body: { receivedAt: formatTimestamp(adopted.receivedAtMs) }, headers }
}
