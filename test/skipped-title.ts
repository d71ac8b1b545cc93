/** The title of a test that is skipped where something is missing. */

/** The title with the reason; without a reason the test runs. */
export const titleOf = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} (skipped: ${reason})`
