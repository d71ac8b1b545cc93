/** The account and id of an order as one text: a key in maps and stores. Neither part can contain the separator. */
export const orderNameOf = (account: string, orderId: string): string => `${account}/${orderId}`
