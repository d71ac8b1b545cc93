/** The caller of a request, in every dialect, and the check for operator permission. */

import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'

export interface Caller {
  readonly account: string
  /** Whether the caller may control instruments and rules. */
  readonly operator: boolean
  /** The name of the key that the caller used. Operator commands include it. */
  readonly keyName: string
}

/** The caller of every request if the exchange has no keys. Only for a server that other machines cannot reach. */
export const DEMO_CALLER: Caller = { account: 'demo', operator: true, keyName: 'demo' }

/** Rejections: forbidden. */
export function operatorOnly({ operator }: Caller): EntryRejection | undefined {
  return operator ? undefined : new Rejection('forbidden', 'Only an operator may do this.')
}
