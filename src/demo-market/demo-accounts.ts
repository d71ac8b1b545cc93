/**
 * The accounts of the demo market. They belong to the exchange itself: a key file that names one of them is refused,
 * because its holder could cancel the orders of the demo market, and nobody could tell them apart from other orders.
 */

export const MAKERS = ['demo-maker-1', 'demo-maker-2', 'demo-maker-3'] as const
export const TAKERS = ['demo-taker-1', 'demo-taker-2', 'demo-taker-3', 'demo-taker-4'] as const
export const DEMO_ACCOUNTS: readonly string[] = [...MAKERS, ...TAKERS]

/** Whether a name is that of an account of the demo market, or of one that a later version may have. */
export const isDemoAccount = (account: string): boolean => /^demo-(maker|taker)-\d+$/.test(account)
