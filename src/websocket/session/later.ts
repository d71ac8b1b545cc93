/**
 * A value that is there, or comes later. What is there is used at once: on one machine the operations of a connection
 * are done in the sequence of their frames, because nothing waits.
 */

export type Later<T> = T | Promise<T>

export const whenThere = <T, R>(value: Later<T>, next: (value: T) => Later<R>): Later<R> =>
  value instanceof Promise ? value.then(next) : next(value)
