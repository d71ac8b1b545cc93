/** The list of symbols: search, the watch list, last price and change of each. Arrows move, Enter chooses. */

import './switcher.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Instrument, instruments, instrumentsState, refreshInstruments } from '../../state/market/instruments.ts'
import { symbolRows } from '../../state/market/symbol-rows.ts'
import { followTickers, tickers } from '../../state/market/tickers.ts'
import { dialog } from '../../state/page/layout.ts'
import { symbol, toggleWatched, watchList } from '../../state/page/settings.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'
import { StarIcon } from '../frame/icons.tsx'
import { Change } from '../top-bar/change.tsx'

export function Switcher() {
  return (
    <DialogFrame title="Symbols" kind="switcher" open={dialog.value === 'switcher'} onClose={close}>
      <SymbolList />
    </DialogFrame>
  )
}

function close(): void {
  if (dialog.peek() === 'switcher') dialog.value = undefined
}

function choose(name: string): void {
  symbol.value = name
  close()
}

function SymbolList() {
  const [search, setSearch] = useState('')
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    void refreshInstruments()
    return followTickers()
  }, [])
  const rows = symbolRows(instruments.value.values(), search, watchList.value)
  const first = rows[0]?.symbol
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      moveFocus(event, list.current)
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement && first !== undefined) {
      event.preventDefault()
      choose(first)
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between the controls inside
    <div onKeyDown={keyDown}>
      <input
        data-focus
        type="text"
        inputMode="search"
        class="switcher-search"
        aria-label="Search symbols"
        placeholder="Search symbols"
        autocomplete="off"
        spellcheck={false}
        value={search}
        onInput={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {rows.length === 0 && <p class="dim">{emptyText(search)}</p>}
      <ul ref={list} class="switcher-rows">
        {rows.map((row) => (
          <Row key={row.symbol} row={row} />
        ))}
      </ul>
    </div>
  )
}

function emptyText(search: string): string {
  if (instrumentsState.value === 'loading') return 'Reading the instruments.'
  if (instrumentsState.value === 'failed') return 'The instruments could not be read.'
  return search === '' ? 'The exchange has no instruments.' : 'No symbol fits the search.'
}

/** From the field to the first row, and from row to row. */
function moveFocus({ key, target }: KeyboardEvent, list: HTMLElement | null): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>('.switcher-row') ?? [])]
  const at = rows.findIndex((row) => row.parentElement?.contains(target as Node))
  const next = at + (key === 'ArrowDown' ? 1 : -1)
  if (next < 0) list?.parentElement?.querySelector('input')?.focus()
  else rows[next]?.focus()
}

function Row({ row }: { readonly row: Instrument }) {
  const { symbol: name, base, quote, phase } = row
  const isWatched = watchList.value.includes(name)
  const ticker = tickers.value.get(name)
  return (
    <li>
      <button
        type="button"
        class="icon"
        aria-pressed={isWatched}
        aria-label={`Watch ${name}`}
        onClick={() => toggleWatched(name)}
      >
        <StarIcon filled={isWatched} />
      </button>
      <button
        type="button"
        class="switcher-row"
        aria-current={symbol.value === name ? 'true' : undefined}
        onClick={() => choose(name)}
      >
        <span class="switcher-name">{name}</span>
        <span class="dim">{phase === 'CONTINUOUS' ? `${base}/${quote}` : phase.toLowerCase()}</span>
        <span class="num">{ticker?.last === null || ticker === undefined ? '–' : groupThousands(ticker.last)}</span>
        <span class="num">
          <Change percent={ticker?.changePercent ?? null} />
        </span>
      </button>
    </li>
  )
}
