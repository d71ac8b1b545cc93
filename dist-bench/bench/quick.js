import { steadyStream, SHALLOW, DEEP } from './engine/steady-streams.js';
import { OurEngine } from './engine/our-engine.js';
const rounds = Number(process.argv[3] ?? 9);
for (const kind of (process.argv[2] ?? 'shallow,deep').split(',')) {
    const stream = steadyStream(kind === 'deep' ? DEEP : SHALLOW, 1_000_000);
    const speeds = [];
    let events = 0;
    let last;
    for (let r = 0; r < rounds; r++) {
        const e = new OurEngine(stream, (b) => { events += b.count; });
        e.run(0, stream.prefill);
        const t = process.hrtime.bigint();
        e.run(stream.prefill, stream.count);
        speeds.push(1e9 * 1e6 / Number(process.hrtime.bigint() - t) / 1e6);
        last = e;
    }
    const b = last.book;
    console.log(kind, speeds.map((s) => s.toFixed(1)).join(' '), 'resting', b.orders.count, 'levels', b.bids.levelCount + b.asks.levelCount, 'events', events / rounds);
}
