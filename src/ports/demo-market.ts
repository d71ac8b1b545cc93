/** The demo market: a seeded flow of orders under accounts of the exchange's own. Only one machine offers it. */

export interface DemoSettings {
  readonly seed: number
  /** Commands a second. */
  readonly rate: number
}

export interface DemoStatus {
  readonly running: boolean
  /** The present settings, or those of the last run of this process. */
  readonly settings: DemoSettings
  /** The number of the last run in the data directory; 0: it has had none. Order ids contain it. */
  readonly run: number
  /** undefined: this process has had no run. */
  readonly startedAtMs: number | undefined
  /** Of this run: commands that the exchange has answered, and those among them that it rejected. */
  readonly commands: number
  readonly rejected: number
  /** Why the last run ended by itself. */
  readonly failure: string | undefined
}

/** not_empty: the data directory has orders, and no demo market ever ran in it. running: with other settings. */
export type DemoRefusal = 'not_empty' | 'running' | 'no_instrument'

export interface DemoMarket {
  status(): DemoStatus
  /**
   * Starts it, and resolves when its first orders are in the book. It does nothing if it runs with these settings.
   * `anyway`: also in a directory with other orders. Throws OperationalFailure.
   */
  start(settings: Partial<DemoSettings>, anyway: boolean): Promise<DemoStatus | DemoRefusal>
  /** Stops it and cancels its orders. Throws OperationalFailure if they could not be canceled. */
  stop(): Promise<DemoStatus>
}
