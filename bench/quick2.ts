import { OurEngine } from './engine/our-engine.ts'
import { DEEP, SHALLOW, steadyStream } from './engine/steady-streams.ts'
import { idsOf, TheirEngine } from './engine/their-engine.ts'

for (const spec of [SHALLOW, DEEP]) {
  const stream = steadyStream(spec, 1_000_000)
  const ids = idsOf(stream)
  const totals = { trades: 0, quantity: 0 }
  new TheirEngine(stream, ids, totals).run(0, stream.count)
  const mine = { trades: 0, quantity: 0 }
  new OurEngine(stream, (b) => {
    for (let i = 0; i < b.count; i++)
      if (b.kind(i) === 1) {
        mine.trades++
        mine.quantity += b.quantity(i)
      }
  }).run(0, stream.count)
  console.log(totals, mine)
  for (let r = 0; r < 3; r++) {
    const e = new TheirEngine(stream, ids)
    e.run(0, stream.prefill)
    const t = cpu()
    e.run(stream.prefill, stream.count)
    const s = (1e9 * 1e6) / Number(cpu() - t) / 1e6
    const e2 = new OurEngine(stream, () => {})
    e2.run(0, stream.prefill)
    const t2 = cpu()
    e2.run(stream.prefill, stream.count)
    const s2 = (1e9 * 1e6) / Number(cpu() - t2) / 1e6
    console.log(spec.name, s.toFixed(3), s2.toFixed(2), (s2 / s).toFixed(1))
  }
}

function cpu(): bigint { const u = process.cpuUsage(); return BigInt(u.user + u.system) * 1000n }
