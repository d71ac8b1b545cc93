import { checkBook } from '../src/engine/invariants.ts'
import { NumberedEngine } from './engine/numbered-engine.ts'
import { REGIMES, regimeStream } from './engine/regimes.ts'
import { idsOf, TheirEngine } from './engine/their-engine.ts'

const rounds = Number(process.argv[3] ?? 9)
for (const regime of REGIMES) {
  if (process.argv[2] && process.argv[2] !== 'all' && !process.argv[2].includes(regime.name)) continue
  const t0 = Date.now()
  const stream = regimeStream(regime, 1_000_000)
  const gen = Date.now() - t0
  const speeds: number[] = []
  let kinds = new Array(10).fill(0)
  let last: NumberedEngine | undefined
  let peak = 0,
    lv = 0
  for (let r = 0; r < rounds; r++) {
    const e = new NumberedEngine(stream, (b) => {
      if (r === 0) {
        peak = Math.max(peak, last?.numbered.book.orders.count ?? 0)
        for (let i = 0; i < b.count; i++) kinds[b.kind(i)]++
      }
    })
    if (r === 0) last = e
    e.run(0, stream.prefill)
    if (r === 0) {
      lv = e.numbered.book.bids.levelCount + e.numbered.book.asks.levelCount
      kinds = kinds.map(() => 0)
    }
    const t = cpu()
    e.run(stream.prefill, stream.count)
    speeds.push((1e9 * (stream.count - stream.prefill)) / Number(cpu() - t) / 1e6)
    last = e
  }
  const b = last!.numbered.book
  checkBook(b)
  console.log(
    regime.name,
    'gen',
    gen,
    speeds.map((s) => s.toFixed(1)).join(' '),
    'peak',
    peak,
    'resting',
    b.orders.count,
    'idx',
    last!.numbered.index.count,
    'levels',
    lv,
    b.bids.levelCount + b.asks.levelCount,
    kinds.slice(0, 6).join(' '),
    'pool',
    b.orders.bytes / 1e6,
    b.bids.bytes / 1e6,
  )
  if (process.argv[4]) {
    const ids = idsOf(stream)
    const e = new TheirEngine(stream, ids)
    e.run(0, stream.prefill)
    const t = cpu()
    const n = Math.min(stream.count, stream.prefill + 200000)
    e.run(stream.prefill, n)
    console.log('theirs', (((n - stream.prefill) * 1e3) / Number(cpu() - t)).toFixed(3))
  }
}

function cpu(): bigint { const u = process.cpuUsage(); return BigInt(u.user + u.system) * 1000n }
