/**
 * The number of open orders of each account, over all symbols. The names of a symbol keep the number of each of their
 * accounts in {@link open}, so that counting an order needs no search by name. A column, because a batch touches the
 * counters of many accounts, and objects would be spread over the memory.
 */

const ACCOUNTS_AT_FIRST = 64

export class OpenOrderCounts {
  /** By the number of the account. */
  open = new Int32Array(ACCOUNTS_AT_FIRST)
  private readonly numbers = new Map<string, number>()

  /** The number of an account, which may be new. */
  numberOf(account: string): number {
    let number = this.numbers.get(account)
    if (number === undefined) {
      number = this.numbers.size
      this.numbers.set(account, number)
      if (number === this.open.length) this.grow()
    }
    return number
  }

  /** Open orders of an account. */
  of(account: string): number {
    const number = this.numbers.get(account)
    return number === undefined ? 0 : this.open[number]
  }

  private grow(): void {
    const open = new Int32Array(this.open.length * 2)
    open.set(this.open)
    this.open = open
  }
}
