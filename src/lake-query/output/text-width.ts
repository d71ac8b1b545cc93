/** Columns of a terminal that a text takes, and text that is safe to print there. */

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const WITHOUT_WIDTH = /\p{Mark}|[\u200b-\u200d]/u
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const ASCII = /^[ -~]*$/

export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += WITHOUT_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

/** Control characters could change the terminal, and a line end would break the table: they become escapes. */
export const printable = (text: string): string =>
  text.replaceAll(CONTROL, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** At most `width` columns; a text that is cut ends with an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let cut = ''
  let taken = 0
  for (const character of text) {
    const more = widthOf(character)
    if (taken + more > width - 1) break
    cut += character
    taken += more
  }
  return `${cut}…`
}
