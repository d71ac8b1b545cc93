// Makes a picture of a screen smaller: a PNG file with a palette of its most frequent colors, and of rare ones that no
// other is near to. All others, which are edges of letters, become the nearest of these 256. A screen of flat surfaces looks the same and has a quarter of the
// bytes. Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const COLORS_MAX = 256
/** Most of the palette is for frequent colors, the rest for a thin line of an accent. */
const FREQUENT_MAX = 208
const FAR = 1_500

/** Bytes of a PNG file with a palette, from the bytes of a PNG file. */
export function palettePng(bytes) {
  const { width, height, channels, pixels } = decoded(bytes)
  const colorAt = (i) => (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]
  const counts = new Map()
  for (let i = 0; i < pixels.length; i += channels) counts.set(colorAt(i), (counts.get(colorAt(i)) ?? 0) + 1)
  const palette = chosen([...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([color]) => color))
  const places = new Map(palette.map((color, place) => [color, place]))
  // A byte before each row says that it is not filtered.
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt((y * width + x) * channels)
      if (!places.has(color)) places.set(color, nearest(palette, color))
      rows[y * (width + 1) + 1 + x] = places.get(color)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))
  const parts = [
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
  ]
  return Buffer.concat([SIGNATURE, ...parts, chunk('IEND', Buffer.alloc(0))])
}

/** Of the colors, most frequent first. */
function chosen(colors) {
  const palette = colors.slice(0, FREQUENT_MAX)
  for (const color of colors.slice(FREQUENT_MAX)) {
    if (palette.length === COLORS_MAX) break
    if (palette.every((each) => distance(each, color) > FAR)) palette.push(color)
  }
  return palette
}

function nearest(palette, color) {
  const distances = palette.map((each) => distance(each, color))
  return distances.indexOf(Math.min(...distances))
}

const distance = (a, b) =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

function decoded(bytes) {
  const chunks = []
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    chunks.push([bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length)])
    at += 12 + length
  }
  const [, header] = chunks.find(([type]) => type === 'IHDR')
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = { 2: 3, 6: 4 }[header[9]]
  if (channels === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('not 8 bits of RGB or RGBA')
  const filtered = inflateSync(Buffer.concat(chunks.filter(([type]) => type === 'IDAT').map(([, data]) => data)))
  return { width, height, channels, pixels: unfiltered(filtered, { width, height, channels }) }
}

/** Undoes the filters of rows (PNG specification, section 9). */
function unfiltered(filtered, { width, height, channels }) {
  const line = width * channels
  const pixels = Buffer.alloc(height * line)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (line + 1)]
    for (let x = 0; x < line; x++) {
      const at = y * line + x
      const left = x >= channels ? pixels[at - channels] : 0
      const up = y > 0 ? pixels[at - line] : 0
      const corner = x >= channels && y > 0 ? pixels[at - line - channels] : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]
      pixels[at] = filtered[y * (line + 1) + 1 + x] + guess
    }
  }
  return pixels
}

function paeth(left, up, corner) {
  const guess = left + up - corner
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value))
  return a <= b && a <= c ? left : b <= c ? up : corner
}
