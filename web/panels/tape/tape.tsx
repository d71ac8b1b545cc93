/** The last trades of the symbol on the screen, newest first. */

import './tape.css'
import { computed, useComputed } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { instrument } from '../../state/market/instruments.ts'
import { trades } from '../../state/market/market.ts'
import {
  followTape,
  newerTrades,
  resizeTape,
  scrollTape,
  TAPE_ROW_PX,
  tapeHeight,
  tapeLayout,
  tapeRows,
} from '../../state/market/shown-tape.ts'
import type { TapeRow } from '../../state/market/tape-rows.ts'
import { timeZone } from '../../state/page/settings.ts'
import { dateText, timeText } from '../../state/text/format.ts'
import { digitEm } from '../frame/digit-width.ts'
import { useElementSize } from '../frame/element-size.ts'
import { NumberText } from '../frame/number-text.tsx'
import { PanelFrame } from '../frame/panel-frame.tsx'

const freshness = computed(() => trades.value.freshness)
const isEmpty = computed(() => trades.value.trades.length === 0)

export function Tape() {
  return (
    <PanelFrame
      title="Trades"
      freshness={freshness.value}
      empty={isEmpty.value ? 'No trades yet. Each trade is shown here at once.' : undefined}
      fixed
      actions={<Newer />}
    >
      <Rows />
    </PanelFrame>
  )
}

/** Where the newest trades are not shown. */
function Newer() {
  const newer = newerTrades.value
  if (newer === undefined) return null
  const toTop = (): void => document.querySelector('.tape-scroll')?.scrollTo({ top: 0 })
  return (
    <button type="button" class="plain" onClick={toTop}>
      Held · {newer} newer ▲
    </button>
  )
}

function Rows() {
  const box = useRef<HTMLElement>(null)
  const size = useElementSize(box)
  useLayoutEffect(followTape, [])
  useLayoutEffect(() =>
    size.subscribe(({ height, width }) => resizeTape(Math.floor(height / TAPE_ROW_PX), width, digitEm())),
  )
  const style = useComputed(
    () => `--tape-columns:${tapeLayout.value.template};--tape-font:${tapeLayout.value.fontPx}px`,
  )
  return (
    <div class="tape" style={style}>
      <TapeHead />
      <section
        ref={box}
        class="tape-scroll"
        aria-label="Trades, newest first"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        onScroll={(event) => scrollTape(event.currentTarget.scrollTop)}
      >
        <div style={{ height: `${tapeHeight.value}px` }}>
          <table class="tape-rows" onPointerOver={showTime}>
            <thead class="hidden">
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Side of the taker</th>
                <th scope="col">Price</th>
                <th scope="col">Size</th>
              </tr>
            </thead>
            <tbody>
              {tapeRows.value.map((row, place) => (
                <Row key={place} row={row} place={place} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  )
}

function TapeHead() {
  const { base, quote } = instrument.value ?? { base: '', quote: '' }
  return (
    <div class="tape-head" aria-hidden="true">
      <span>{timeZone.value === 'utc' ? 'Time UTC' : 'Time'}</span>
      <span />
      <span>Price {quote}</span>
      <span>Size {base}</span>
    </div>
  )
}

function Row({ row, place }: { readonly row: TapeRow; readonly place: number }) {
  return (
    <tr class="tape-row" data-place={place}>
      <td>{row.time}</td>
      <td class={row.side}>{row.sign}</td>
      <td class={row.side}>{row.price}</td>
      <td class="tape-size">
        <NumberText solid={row.size} zeros={row.sizeZeros} />
      </td>
    </tr>
  )
}

/** The title of a row is made when the pointer is over it, and not with each trade. */
function showTime(event: PointerEvent): void {
  const element = (event.target as HTMLElement).closest<HTMLElement>('.tape-row')
  const trade = tapeRows.peek()[Number(element?.dataset.place)]?.trade
  if (element === null || trade === undefined) return
  const [utc, local] = (['utc', 'local'] as const).map(
    (zone) => `${dateText(trade.timestamp, zone)} ${timeText(trade.timestamp, zone)}`,
  )
  element.title = `${trade.tradeId}\n${utc} UTC\n${local} local`
}
