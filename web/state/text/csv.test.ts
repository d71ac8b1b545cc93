import { expect, it } from 'vitest'
import { type Column, csvOf } from './csv.ts'

const columns: Column<{ id: string; price: string | null }>[] = [
  { name: 'id', of: ({ id }) => id },
  { name: 'price', of: ({ price }) => price },
]

it('writes lines with CRLF, exact text, and nothing for null', () => {
  const rows = [
    { id: 'a', price: '50000.00' },
    { id: 'b', price: null },
  ]
  expect(csvOf(columns, rows)).toBe('id,price\r\na,50000.00\r\nb,\r\n')
})

it('quotes commas, quotes and line breaks', () => {
  expect(csvOf(columns, [{ id: 'say "hi", now\nplease', price: '1' }])).toBe(
    'id,price\r\n"say ""hi"", now\nplease",1\r\n',
  )
})

it('guards text that a spreadsheet reads as a formula', () => {
  for (const id of ['=1+1', '+1', '-1', '@sum', '\t=1', '＝1']) {
    expect(csvOf(columns, [{ id, price: '1' }])).toContain(`\r\n'${id}`)
  }
  expect(csvOf(columns, [{ id: '=HYPERLINK("x","y")', price: '1' }])).toContain(`"'=HYPERLINK(""x"",""y"")",1`)
})
