/**
 * One version number for the matching rules and for every stored format. The order log records it: a log begins
 * at rules 1, and the command AdoptRules changes it. A program can apply every version of the rules, because
 * `verify` and some recoveries apply a log from its beginning. While a log is at the rules before the newest, the
 * program matches and writes exactly as its predecessor, so that the predecessor can be installed again.
 *
 *   1   the first
 *   2   in phase HALTED an amendment may lower a quantity; orders may carry a tag
 *
 * docs/decisions/0015-rules-have-a-version.md has the reasons.
 *
 * A format keeps the number of the last version that changed it: frames of the log are at version 1 under rules 2,
 * too. Snapshots and records carry the rules in force when they were written. Batches of the feed are never stored,
 * so they have a version of their own.
 */

/** The rules at which every log begins, and the version of the formats that have not changed since. */
export const RULES_FIRST = 1
/**
 * The oldest rules that this program applies, and the version of the oldest formats that it reads. Above
 * {@link RULES_FIRST} it could not apply a log from its beginning.
 */
export const RULES_OLDEST = 1
/** The rules of a new exchange. */
export const RULES_NEWEST = 2

/** Stored bytes have a version that this program does not support. It must not write anything then. */
export class UnknownVersion extends Error {
  override readonly name = 'UnknownVersion'

  /** `newest` and `oldest` are for a format that does not change with the rules. */
  constructor(what: string, version: unknown, newest: number = RULES_NEWEST, oldest: number = RULES_OLDEST) {
    const known = newest === oldest ? `version ${newest}` : `versions ${oldest} to ${newest}`
    super(
      `${what} has version ${JSON.stringify(version)}; this program supports ${known}. ` +
        'Start the program that wrote it, or a newer one.',
    )
  }
}

/** Throws {@link UnknownVersion} unless this program can read `what` of this version. */
export function checkVersion(what: string, version: unknown): void {
  if (typeof version === 'number' && version >= RULES_OLDEST && version <= RULES_NEWEST) return
  throw new UnknownVersion(what, version)
}
