/**
 * A value for each order, by account and order id. A map of maps, because one key of both would create and hash
 * a new string at every step of an order.
 */

export class AccountOrders<T> {
  private readonly byAccount = new Map<string, Map<string, T>>()

  get(account: string, orderId: string): T | undefined {
    return this.byAccount.get(account)?.get(orderId)
  }

  set(account: string, orderId: string, value: T): void {
    const orders = this.byAccount.get(account)
    if (orders === undefined) this.byAccount.set(account, new Map([[orderId, value]]))
    else orders.set(orderId, value)
  }

  delete(account: string, orderId: string): void {
    this.byAccount.get(account)?.delete(orderId)
  }

  /** Number of the values of an account. */
  count(account: string): number {
    return this.byAccount.get(account)?.size ?? 0
  }

  /** The values of an account, in the order in which they were set. */
  of(account: string): Iterable<T> {
    return this.byAccount.get(account)?.values() ?? []
  }
}
