/** The books of the instruments in figures. Operators halt and resume trading here, and set price bands. */

import { useState } from 'preact/hooks'
import { type Instrument, instruments } from '../../state/market/instruments.ts'
import { type BookHealth, LEVELS_READ } from '../../state/operations/book-health.ts'
import { BOOKS_READ_MAX, books } from '../../state/operations/operations.ts'
import { timeZone } from '../../state/page/settings.ts'
import { access, isOperator, maySend } from '../../state/session/session.ts'
import { groupThousands, timeText } from '../../state/text/format.ts'
import { BandDialog } from './band-dialog.tsx'
import { PhaseDialog } from './phase-dialog.tsx'

/** `phase`: that of the button. The dialog does what the button said, also if the phase changes while it is read. */
type Opened = { readonly symbol: string; readonly what: 'phase' | 'band'; readonly phase: string } | undefined

export function BookTable() {
  const [opened, setOpened] = useState<Opened>()
  const rows = books.value ?? []
  const mayControl = maySend.value && isOperator.value !== false
  // The place of the buttons is kept until it is known whether there are any.
  const isUnknown = access.value === 'unknown'
  const open = opened === undefined ? undefined : instruments.value.get(opened.symbol)
  const close = (): void => setOpened(undefined)
  const more = instruments.value.size - BOOKS_READ_MAX
  return (
    <section class="book-table" aria-label="Books">
      <h3>Books</h3>
      {/* It scrolls where it is narrow, so keys must reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls */}
      <section class="table-scroll" aria-label="Table of books" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Instrument</th>
              <th scope="col">Phase</th>
              <th scope="col" class="num">
                Best bid
              </th>
              <th scope="col" class="num">
                Best ask
              </th>
              <th scope="col" class="num">
                Spread
              </th>
              <th scope="col" class="num">
                Levels
              </th>
              <th scope="col" class="num">
                Orders
              </th>
              <th scope="col" class="num">
                Sequence
              </th>
              <th scope="col" class="num">
                Last change
              </th>
              <th scope="col">Check</th>
              <th scope="col">Price band</th>
              {(mayControl || isUnknown) && (
                <th scope="col">
                  <span class="hidden">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <BookRow
                key={row.symbol}
                row={row}
                instrument={instruments.value.get(row.symbol)}
                onOpen={mayControl ? setOpened : undefined}
                keepsPlace={isUnknown}
              />
            ))}
          </tbody>
        </table>
      </section>
      {books.value === undefined && <p class="dim">Reading the books.</p>}
      {more > 0 && <p class="dim">{more} more instruments are not shown.</p>}
      {!mayControl && !isUnknown && <p class="dim">Only an operator can halt trading and set price bands.</p>}
      <PhaseDialog
        instrument={opened?.what === 'phase' ? open : undefined}
        phase={opened?.phase ?? ''}
        onClose={close}
      />
      <BandDialog instrument={opened?.what === 'band' ? open : undefined} onClose={close} />
    </section>
  )
}

interface BookRowProps {
  readonly row: BookHealth
  readonly instrument: Instrument | undefined
  readonly onOpen: ((opened: Opened) => void) | undefined
  readonly keepsPlace: boolean
}

function BookRow({ row, instrument, onOpen, keepsPlace }: BookRowProps) {
  const { symbol, phase, bid, ask, spread, levels, orders, sequence, timestamp, crossed } = row
  const isHalted = phase === 'HALTED'
  return (
    <tr>
      <th scope="row">{symbol}</th>
      <td>
        <span class={isHalted ? 'phase-tag phase-halted' : 'phase-tag'}>{phase}</span>
      </td>
      <td class="num buy">{bid === undefined ? '–' : groupThousands(bid)}</td>
      <td class="num sell">{ask === undefined ? '–' : groupThousands(ask)}</td>
      <td class="num">{spread === undefined ? '–' : groupThousands(spread)}</td>
      <td class="num">
        {levelText(levels.bids)} / {levelText(levels.asks)}
      </td>
      <td class="num">{orders === undefined ? '–' : orders.toLocaleString('en')}</td>
      <td class="num">{sequence.toLocaleString('en')}</td>
      <td class="num">{timestamp === null ? '–' : timeText(timestamp, timeZone.value).slice(0, 8)}</td>
      <td class={crossed ? 'sell' : 'dim'}>{crossed ? '× crossed' : '✓ not crossed'}</td>
      <td class="dim">{bandText(instrument)}</td>
      {(onOpen !== undefined || keepsPlace) && (
        <td class={keepsPlace ? 'row-actions not-yet' : 'row-actions'}>
          <button type="button" class="outlined" onClick={() => onOpen?.({ symbol, what: 'phase', phase })}>
            {isHalted ? 'Resume' : 'Halt'}
            <span class="hidden"> {symbol}</span>
          </button>
          <button type="button" class="outlined" onClick={() => onOpen?.({ symbol, what: 'band', phase })}>
            Band
            <span class="hidden"> of {symbol}</span>
          </button>
        </td>
      )}
    </tr>
  )
}

const levelText = (levels: number): string => (levels < LEVELS_READ ? String(levels) : `${LEVELS_READ}+`)

function bandText(instrument: Instrument | undefined): string {
  const band = instrument?.priceBand
  if (band === undefined) return '–'
  return band === null ? 'none' : `${groupThousands(band.low)} to ${groupThousands(band.high)}`
}
