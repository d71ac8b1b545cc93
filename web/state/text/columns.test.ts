import { describe, expect, it } from 'vitest'
import { ladderColumns, tapeColumns, textWidth, widest } from './columns.ts'

/** A wide font: DejaVu Sans. */
const WIDE = 0.636

describe('ladderColumns', () => {
  it('shows totals where they fit in full size', () => {
    const shown = { fontPx: 12, showsTotal: true, template: '69px minmax(0, 10fr) minmax(0, 12fr)' }
    expect(ladderColumns({ price: 9, size: 10, total: 12 }, 280, WIDE)).toEqual(shown)
  })

  it('leaves the totals out before the text becomes smaller', () => {
    const columns = ladderColumns({ price: 12, size: 14, total: 16 }, 280, WIDE)
    expect(columns).toMatchObject({ fontPx: 12, showsTotal: false })
  })

  it('fits a price and a quantity of 8 + 8 digits into 280 pixels', () => {
    const length = textWidth('12,345,678.12345678')
    const { fontPx, showsTotal } = ladderColumns({ price: length, size: length, total: length }, 280, WIDE)
    expect(showsTotal).toBe(false)
    expect(fontPx).toBeGreaterThanOrEqual(9)
    expect(2 * length * WIDE * fontPx).toBeLessThanOrEqual(280 - 26 - 8)
  })
})

describe('widest', () => {
  it('never becomes narrower', () => {
    const before = { price: 9, size: 7, total: 8 }
    expect(widest(before, { price: 8, size: 7, total: 8 })).toBe(before)
    expect(widest(before, { price: 8, size: 9, total: 8 })).toEqual({ price: 9, size: 9, total: 8 })
  })
})

describe('tapeColumns', () => {
  const lengths = (price: number, size: number) => ({ price, size, total: 0 })

  it('leaves milliseconds out before the text becomes smaller', () => {
    expect(tapeColumns(lengths(9, 9), 280, WIDE)).toMatchObject({ fontPx: 12, showsMillis: true })
    expect(tapeColumns(lengths(9, 13), 280, WIDE)).toMatchObject({ fontPx: 12, showsMillis: false })
    const { fontPx, showsMillis } = tapeColumns(lengths(11, 19), 280, WIDE)
    expect(showsMillis).toBe(false)
    expect(fontPx).toBeGreaterThanOrEqual(9)
    expect((textWidth('12:00:00') + 11 + 19) * WIDE * fontPx).toBeLessThanOrEqual(280 - 46)
  })
})
