/** The chart in words, for those who cannot see it. They change slowly, so that a reader of the screen is not disturbed. */

import { computed, type ReadonlySignal } from '@preact/signals'
import { candleText } from '../../state/market/candle-text.ts'
import { instrument } from '../../state/market/instruments.ts'
import { candles } from '../../state/market/market.ts'
import { nowMs } from '../../state/session/connection.ts'

const EVERY_MS = 10_000

const turn = computed(() => Math.floor(nowMs.value / EVERY_MS))

export const chartWords: ReadonlySignal<string> = computed(() => {
  void turn.value
  const shown = instrument.value
  const { symbol, interval, candles: list } = candles.peek()
  const last = list.at(-1)
  if (shown === undefined || last === undefined) return 'Chart of candles'
  const { open, high, low, close, change, volume } = candleText(last, shown.tick, shown.lot)
  return (
    `Chart of ${symbol}, ${list.length} candles of ${interval}. Last: open ${open}, high ${high}, low ${low}, ` +
    `close ${close}, ${change}, volume ${volume}. Arrow keys move from candle to candle, plus and minus zoom.`
  )
})
