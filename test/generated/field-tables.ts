/** The fields of an order as tables of the reference, from the table in src/protocol/order/order-fields.ts. */

import {
  CORE_ORDER_FIELDS,
  OPTIONAL_FIELDS,
  type OrderField,
  requestNameOf,
} from '../../src/protocol/order/order-fields.ts'

type Row = readonly [name: string, presence: string, meaning: string]
type NamedField = OrderField & { readonly name: string }

const CORE: readonly NamedField[] = Object.entries(CORE_ORDER_FIELDS).map(([name, field]) => ({ ...field, name }))

/** Of docs/reference/commands.md. */
export function commandTable(): string {
  const rows = [...CORE, ...OPTIONAL_FIELDS].map(
    (field): Row => [
      field.name,
      commandPresence(field),
      sentences(
        field.meaning,
        wordsOf(field, field.required ? undefined : field.default),
        commandForm(field),
        sinceOf(field),
      ),
    ],
  )
  return markdown([
    ['account', 'required', 'Whose order it is.'],
    ['orderId', 'required', 'What the account calls it.'],
    ...rows,
  ])
}

/** Of docs/reference/http.md. */
export function requestTable(): string {
  const optional = OPTIONAL_FIELDS.map((field) => ({ ...field, name: requestNameOf(field) }))
  const rows = [...CORE, ...optional].map(
    (field): Row => [
      field.name,
      requestPresence(field),
      sentences(field.meaning, wordsOf(field, field.default), requestForm(field), field.requestRule, sinceOf(field)),
    ],
  )
  return markdown([
    ['orderId', 'optional', 'Made if absent. 1 to 64 of `A-Z a-z 0-9 . _ : -`; unique within the account.'],
    ['symbol', 'required', 'An instrument of `GET /instruments`.'],
    ...rows,
  ])
}

function commandPresence({ required, onlyWith }: OrderField): string {
  if (required) return 'required'
  return onlyWith === undefined ? 'optional' : `\`${onlyWith.word}\` only, required`
}

function requestPresence({ required, onlyWith, default: absent }: OrderField): string {
  if (onlyWith !== undefined) return `\`${onlyWith.word}\` only, required`
  return required && absent === undefined ? 'required' : 'optional'
}

function wordsOf(field: OrderField, absent: string | false | undefined): string | undefined {
  if (field.kind !== 'word') return undefined
  return `${field.words.map((word) => `\`${word}\`${word === absent ? ' (default)' : ''}`).join(', ')}.`
}

function commandForm(field: OrderField): string | undefined {
  if (field.kind === 'time') return 'Milliseconds since 1970.'
  return field.kind === 'text' ? `Text that matches \`${field.pattern.source}\`.` : undefined
}

function requestForm(field: OrderField): string | undefined {
  if (field.kind === 'time') return 'RFC 3339, at most milliseconds.'
  return field.kind === 'text' ? `Text that matches \`${field.pattern.source}\`.` : undefined
}

const sinceOf = ({ since }: OrderField): string | undefined => (since > 1 ? `Since rules ${since}.` : undefined)

const sentences = (...all: readonly (string | undefined)[]): string => all.filter(Boolean).join(' ')

function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    ([name, ...cells]) => `| \`${name}\` | ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  )
  return ['| field | | meaning |', '| --- | --- | --- |', ...lines].join('\n')
}
