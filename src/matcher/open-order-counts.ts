/**
 * The number of open orders of each account, over all symbols. The names of a symbol keep the counter of each of
 * their accounts, so that counting an order needs no search by name.
 */

export interface OpenOrderCount {
  open: number
}

export class OpenOrderCounts {
  private readonly byAccount = new Map<string, OpenOrderCount>()

  /** The counter of an account. */
  counterOf(account: string): OpenOrderCount {
    let counter = this.byAccount.get(account)
    if (counter === undefined) {
      counter = { open: 0 }
      this.byAccount.set(account, counter)
    }
    return counter
  }

  /** Open orders of an account. */
  of(account: string): number {
    return this.byAccount.get(account)?.open ?? 0
  }
}
