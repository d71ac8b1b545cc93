/**
 * Something for each order, by what its account calls it. Two maps, one in the other, because to join
 * account and id to one key would make and hash a new string at every turn of an order's life.
 */

/** Account and id as one word, where one is needed: neither part can hold the separator. */
export const orderKey = (account: string, orderId: string): string => `${account}/${orderId}`

export class OrderNames<T> {
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

  /** Those of an account, in the order they came. */
  of(account: string): Iterable<T> {
    return this.byAccount.get(account)?.values() ?? []
  }
}
