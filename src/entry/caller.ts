/** Who sends a request, whatever the dialect, and what only an operator may do. */

import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'

export interface Caller {
  readonly account: string
  /** May control instruments. */
  readonly operator: boolean
  /** Which key of the account it used; operator commands carry it. */
  readonly keyName: string
}

/** Everybody, where no keys are asked for. Only for a server that nobody else can reach. */
export const DEMO_CALLER: Caller = { account: 'demo', operator: true, keyName: 'demo' }

/** Rejections: forbidden. */
export function operatorOnly({ operator }: Caller): EntryRejection | undefined {
  return operator ? undefined : new Rejection('forbidden', 'Only an operator may do this.')
}
