/** Draws the depth of a book on a canvas, in the pixels of the device. */

import { formatBigSteps, formatSteps } from '../../../src/protocol/units.ts'
import {
  type Box,
  type DepthCurve,
  type DepthPoint,
  type DepthView,
  depthCorners,
  marksOf,
  roundStep,
  xOf,
  yOf,
} from '../../state/book/depth-curve.ts'
import type { Instrument } from '../../state/market/instruments.ts'
import { compact, groupThousands } from '../../state/text/format.ts'
import { type Colours, withOpacity } from '../frame/theme-colours.ts'

export interface DepthDrawing {
  readonly curve: DepthCurve
  readonly view: DepthView
  readonly cross: DepthPoint | undefined
  readonly instrument: Instrument
  readonly colours: Colours
  readonly fontFamily: string
}

const AXIS_PX = 20
const MARK_PX = 90

export function drawDepth(canvas: HTMLCanvasElement, size: Box, drawing: DepthDrawing | undefined): void {
  const ratio = window.devicePixelRatio
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, size.width, size.height)
  if (drawing === undefined) return
  const box = plotOf(size)
  context.font = `11px ${drawing.fontFamily}`
  drawPrices(context, box, drawing)
  drawSide(context, box, drawing, 'bids', drawing.colours.buy)
  drawSide(context, box, drawing, 'asks', drawing.colours.sell)
  drawTotals(context, box, drawing)
  drawCross(context, box, drawing)
}

/** The part of the canvas above the prices. */
export const plotOf = ({ width, height }: Box): Box => ({ width, height: Math.max(0, height - AXIS_PX) })

function drawSide(
  context: CanvasRenderingContext2D,
  box: Box,
  { curve, view }: DepthDrawing,
  side: 'bids' | 'asks',
  colour: string,
): void {
  const corners = depthCorners(curve[side], side, view, box)
  if (corners.length === 0) return
  context.beginPath()
  context.moveTo(corners[0], corners[1])
  for (let i = 2; i < corners.length; i += 2) context.lineTo(corners[i], corners[i + 1])
  context.strokeStyle = colour
  context.lineWidth = 1.5
  context.stroke()
  context.lineTo(corners[corners.length - 2], box.height)
  context.lineTo(corners[0], box.height)
  context.fillStyle = withOpacity(colour, 0.14)
  context.fill()
}

function drawPrices(context: CanvasRenderingContext2D, box: Box, { view, instrument, colours }: DepthDrawing): void {
  const step = roundStep(view.to - view.from, Math.max(2, Math.floor(box.width / MARK_PX)))
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const mark of marksOf(view.from, view.to, step)) {
    const x = Math.round(xOf(mark, view, box)) + 0.5
    context.fillStyle = withOpacity(colours.line, 0.5)
    context.fillRect(x - 0.5, 0, 1, box.height)
    const text = groupThousands(formatSteps(mark, instrument.tick))
    const half = context.measureText(text).width / 2
    context.fillStyle = colours.dim
    if (mark > 0 && x > half && x < box.width - half) context.fillText(text, x, box.height + AXIS_PX / 2)
  }
  context.fillStyle = colours.line
  context.fillRect(0, box.height, box.width, 1)
}

/** At the right edge, over the curve. */
function drawTotals(context: CanvasRenderingContext2D, box: Box, { view, instrument, colours }: DepthDrawing): void {
  const max = Number(view.totalMax)
  const step = roundStep(max, 4)
  context.textAlign = 'right'
  for (const mark of marksOf(step, max, step)) {
    const y = yOf(BigInt(mark), view, box)
    if (y < 14) continue
    context.fillStyle = colours.dim
    context.fillRect(box.width - 4, Math.round(y), 4, 1)
    context.fillText(compact(formatBigSteps(BigInt(mark), instrument.lot)), box.width - 8, y)
  }
}

function drawCross(context: CanvasRenderingContext2D, box: Box, { view, cross, colours }: DepthDrawing): void {
  if (cross === undefined) return
  const x = xOf(cross.price, view, box)
  const y = yOf(cross.total, view, box)
  context.strokeStyle = colours.dim
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(Math.round(x) + 0.5, 0)
  context.lineTo(Math.round(x) + 0.5, box.height)
  context.moveTo(0, Math.round(y) + 0.5)
  context.lineTo(box.width, Math.round(y) + 0.5)
  context.stroke()
  context.setLineDash([])
  context.beginPath()
  context.arc(x, y, 3.5, 0, 2 * Math.PI)
  context.fillStyle = cross.side === 'bids' ? colours.buy : colours.sell
  context.fill()
}
