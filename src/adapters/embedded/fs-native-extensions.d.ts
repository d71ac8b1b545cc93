/** The part of the package that directory-lock.ts uses. The package has no types. */
declare module 'fs-native-extensions' {
  /** Locks bytes of an open file without waiting. False if another descriptor has a conflicting lock. */
  export function tryLock(fd: number, offset: number, length: number, options?: { shared?: boolean }): boolean
}
