/**
 * The chart library, behind the few things that the panel needs. It is a module of its own so that the browser loads it
 * after the page is shown. Values become floating-point numbers here, and only here: they are pixels, and every text is
 * made from ticks or from what the exchange sent.
 */

import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineStyle,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { Interval } from '../../../src/protocol/candle-interval.ts'
import { formatSteps, type Step } from '../../../src/protocol/units.ts'
import { type ChartZone, candleTime, chartSeconds, type MarkKind, markText } from '../../state/market/chart-time.ts'
import type { Candle, CandlesState } from '../../state/market/market.ts'
import { groupThousands } from '../../state/text/format.ts'
import { type Colours, withOpacity } from '../frame/theme-colours.ts'

/** What the axes show. */
export interface ChartTerms {
  readonly tick: Step
  readonly interval: Interval
  readonly at: ChartZone
}

export interface CanvasEvents {
  /** The candle under the crosshair, or none. */
  hovered(candle: Candle | undefined): void
  /** The first candle is nearly in view. */
  beginsSoon(): void
}

/** Candles before the view at which older ones are asked for. */
const SOON = 30

const MARKS: Readonly<Record<TickMarkType, MarkKind>> = {
  [TickMarkType.Year]: 'year',
  [TickMarkType.Month]: 'month',
  [TickMarkType.DayOfMonth]: 'day',
  [TickMarkType.Time]: 'time',
  [TickMarkType.TimeWithSeconds]: 'seconds',
}

export class CandleCanvas {
  private readonly chart: IChartApi
  private readonly prices: ISeriesApi<'Candlestick'>
  private readonly volumes: ISeriesApi<'Histogram'>
  private candles: readonly Candle[] = []
  private name = ''
  private terms: ChartTerms | undefined
  private colours: Colours
  /** The candle that was chosen by keys. */
  private chosen: number | undefined

  constructor(element: HTMLElement, colours: Colours, events: CanvasEvents) {
    this.colours = colours
    this.chart = createChart(element, {
      autoSize: true,
      // Its logo needs a style element, which the content security policy forbids; the panel shows a link instead.
      layout: { attributionLogo: false, fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: {
        borderVisible: false,
        scaleMargins: { top: 0.12, bottom: 0.24 },
        minimumWidth: 76,
        entireTextOnly: true,
      },
      timeScale: { borderVisible: false, rightOffset: 6, barSpacing: 7, minBarSpacing: 1, timeVisible: true },
      handleScale: { axisPressedMouseMove: true },
    })
    this.prices = this.chart.addSeries(CandlestickSeries, { priceLineStyle: LineStyle.Dashed, priceLineWidth: 1 })
    this.volumes = this.chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceLineVisible: false,
      lastValueVisible: false,
    })
    this.chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } })
    this.paint(colours)
    this.chart.subscribeCrosshairMove(({ logical }) => {
      events.hovered(logical === undefined ? undefined : this.candles[Math.round(logical)])
    })
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < SOON && this.candles.length > 0) events.beginsSoon()
    })
  }

  close(): void {
    this.chart.remove()
  }

  /** Colours of another theme or palette. Rising candles are hollow, so that they differ by shape too. */
  paint(colours: Colours): void {
    this.colours = colours
    const { panel, line, text, dim, buy, sell, raised } = colours
    const { fontFamily } = getComputedStyle(document.body)
    this.chart.applyOptions({
      layout: { background: { type: ColorType.Solid, color: panel }, textColor: dim, fontFamily },
      grid: { vertLines: { color: withOpacity(line, 0.5) }, horzLines: { color: withOpacity(line, 0.5) } },
      crosshair: {
        vertLine: { color: dim, labelBackgroundColor: raised },
        horzLine: { color: dim, labelBackgroundColor: raised },
      },
    })
    this.prices.applyOptions({
      upColor: panel,
      borderUpColor: buy,
      wickUpColor: buy,
      downColor: sell,
      borderDownColor: sell,
      wickDownColor: sell,
      priceLineColor: text,
    })
    this.volumes.setData(this.candles.map((candle) => this.volumeOf(candle)))
  }

  /** Another instrument, interval or zone. The candles have to be shown anew. */
  setTerms(terms: ChartTerms): void {
    this.terms = terms
    const { tick, interval, at } = terms
    const minMove = tick.multiple / 10 ** tick.decimals
    const formatter = (price: number): string => priceText(price, tick)
    this.prices.applyOptions({ priceFormat: { type: 'custom', minMove, formatter } })
    this.chart.applyOptions({
      localization: { timeFormatter: (time: Time) => candleTime(time as number, interval, at) },
      timeScale: {
        secondsVisible: interval === '1s',
        tickMarkFormatter: (time: Time, mark: TickMarkType) => markText(time as number, MARKS[mark], at),
      },
    })
    this.showAll(this.candles)
  }

  /** Takes only what has changed, unless the candles were replaced. */
  show({ symbol, interval, candles, changed, replaced }: CandlesState): void {
    const name = `${symbol} ${interval}`
    const isOther = name !== this.name
    this.name = name
    const last = this.candles.at(-1)?.start ?? ''
    this.candles = candles
    if (replaced || isOther) this.showAll(candles)
    else for (const candle of changed) this.update(candle, candle.start < last)
    if (!isOther) return
    this.chosen = undefined
    this.chart.timeScale().resetTimeScale()
    this.chart.priceScale('right').applyOptions({ autoScale: true })
  }

  /** Moves the crosshair by candles, from the newest one. */
  step(by: number): void {
    const last = this.candles.length - 1
    if (last < 0) return
    this.chosen = Math.max(0, Math.min(last, this.chosen === undefined ? last : this.chosen + by))
    const candle = this.candles[this.chosen]
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (range !== null && (this.chosen < range.from || this.chosen > range.to)) {
      const width = range.to - range.from
      const from = this.chosen - width / 2
      this.chart.timeScale().setVisibleLogicalRange({ from, to: from + width })
    }
    this.chart.setCrosshairPosition(Number(candle.close), this.timeOf(candle), this.prices)
  }

  clearStep(): void {
    if (this.chosen === undefined) return
    this.chosen = undefined
    this.chart.clearCrosshairPosition()
  }

  /** More than 1 shows fewer candles. */
  zoom(factor: number): void {
    const scale = this.chart.timeScale()
    scale.applyOptions({ barSpacing: Math.max(1, Math.min(60, scale.options().barSpacing * factor)) })
  }

  private showAll(candles: readonly Candle[]): void {
    if (this.terms === undefined) return
    this.prices.setData(candles.map((candle) => this.barOf(candle)))
    this.volumes.setData(candles.map((candle) => this.volumeOf(candle)))
  }

  private update(candle: Candle, isOld: boolean): void {
    this.prices.update(this.barOf(candle), isOld)
    this.volumes.update(this.volumeOf(candle), isOld)
  }

  private timeOf({ start }: Candle): UTCTimestamp {
    const at = this.terms?.at ?? { zone: 'utc', shiftMs: 0 }
    return chartSeconds(Date.parse(start), at) as UTCTimestamp
  }

  private barOf(candle: Candle) {
    const { open, high, low, close } = candle
    const [o, h, l, c] = [open, high, low, close].map(Number)
    return { time: this.timeOf(candle), open: o, high: h, low: l, close: c }
  }

  private volumeOf(candle: Candle) {
    const { buy, sell } = this.colours
    const color = withOpacity(Number(candle.close) >= Number(candle.open) ? buy : sell, 0.35)
    return { time: this.timeOf(candle), value: Number(candle.volume), color }
  }
}

/** A place on the axis, in the nearest tick. */
function priceText(price: number, tick: Step): string {
  const ticks = Math.round((Math.abs(price) * 10 ** tick.decimals) / tick.multiple)
  return `${price < 0 && ticks > 0 ? '−' : ''}${groupThousands(formatSteps(ticks, tick))}`
}
