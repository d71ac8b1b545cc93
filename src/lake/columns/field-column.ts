/** The column of an optional field of orders that most orders do not have. */

import { invariant } from '../../protocol/assert.ts'
import type { FieldsByName } from '../../protocol/order/optional-fields.ts'
import type { OptionalField, OptionalOrderFields } from '../../protocol/order/order-fields.ts'
import type { SymbolTerms } from '../symbol-terms.ts'
import type { Column } from './column.ts'
import { CountColumn } from './count-column.ts'
import { DecimalColumn } from './decimal-column.ts'
import { FlagColumn } from './flag-column.ts'
import { TextColumn } from './text-column.ts'
import { WordColumn } from './word-column.ts'

export class FieldColumn {
  readonly field: OptionalField
  readonly column: Column

  constructor(field: OptionalField) {
    this.field = field
    this.column = columnOf(field)
  }

  /** Adds the field to a row if `from` has it. */
  add(row: number, from: OptionalOrderFields, { tick, lot }: SymbolTerms): void {
    const value = (from as FieldsByName)[this.field.name]
    const { column } = this
    if (value === undefined) return
    if (column instanceof TextColumn) column.addText(row, value as string)
    else if (column instanceof CountColumn) column.set(row, value as number)
    else if (column instanceof FlagColumn) column.set(row, value as boolean)
    else if (column instanceof WordColumn) column.addWord(row, value as string)
    else if (column instanceof DecimalColumn) column.set(row, value as number, this.field.kind === 'ticks' ? tick : lot)
    else invariant(false, 'each kind of field has a column')
  }
}

function columnOf(field: OptionalField): Column {
  switch (field.kind) {
    case 'word':
      return new WordColumn(field.words)
    case 'text':
      return new TextColumn()
    case 'flag':
      return new FlagColumn()
    case 'time':
      return new CountColumn()
    case 'ticks':
      return new DecimalColumn(true)
    case 'lots':
      return new DecimalColumn(false)
  }
}
