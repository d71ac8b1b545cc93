/**
 * The one rule for text of clients and operators that commands, events and records repeat: 1 to a number of Unicode
 * code points, so that an emoji outside the basic plane counts as one. It has no control characters (U+0000 to
 * U+001F, U+007F to U+009F), no line and paragraph separators and no lone surrogates. Nothing here depends on a
 * version of Unicode, so that every program reads the same from a log.
 */

/** A code point is at most 4 bytes of UTF-8. The pattern means the same with and without the flag `u`. */
export const clientText = (lengthMax: number): RegExp =>
  new RegExp(
    `^(?:[ -~\\u00a0-\\u2027\\u202a-\\ud7ff\\ue000-\\uffff]|[\\ud800-\\udbff][\\udc00-\\udfff]){1,${lengthMax}}$`,
  )
