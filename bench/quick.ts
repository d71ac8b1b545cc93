import { OurEngine } from './engine/our-engine.ts'
import { DEEP, SHALLOW, steadyStream } from './engine/steady-streams.ts'

const rounds = Number(process.argv[3] ?? 9)
for (const kind of (process.argv[2] ?? 'shallow,deep').split(',')) {
  const stream = steadyStream(kind === 'deep' ? DEEP : SHALLOW, 1_000_000)
  const speeds: number[] = []
  let events = 0
  let last: OurEngine | undefined
  for (let r = 0; r < rounds; r++) {
    const e = new OurEngine(stream, (b) => {
      events += b.count
    })
    e.run(0, stream.prefill)
    const t = cpu()
    e.run(stream.prefill, stream.count)
    speeds.push((1e9 * 1e6) / Number(cpu() - t) / 1e6)
    last = e
  }
  const b = last!.book
  console.log(
    kind,
    speeds.map((s) => s.toFixed(1)).join(' '),
    'resting',
    b.orders.count,
    'levels',
    b.bids.levelCount + b.asks.levelCount,
    'events',
    events / rounds,
  )
}

function cpu(): bigint { const u = process.cpuUsage(); return BigInt(u.user + u.system) * 1000n }
