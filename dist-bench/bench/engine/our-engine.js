/**
 * Our engine on a command stream, as one who embeds it would write the loop: an array from order
 * number to handle, and the events handed on in batches.
 */
import { OrderBook } from '../../src/engine/order-book.js';
import { IMMEDIATE_OR_CANCEL, MARKET } from '../../src/engine/order-tag.js';
import { CANCEL, COMMAND_WORDS, LIMIT, LIMIT_IOC, MARKET_ORDER } from './command-stream.js';
/** Commands between two looks at the events. */
const BATCH = 256;
const OPTIONS = { [LIMIT]: 0, [MARKET_ORDER]: MARKET, [LIMIT_IOC]: IMMEDIATE_OR_CANCEL };
const OPTIONS_OF = Int32Array.from({ length: 5 }, (_, kind) => OPTIONS[kind] ?? 0);
/** Applies commands whose cancels name live orders. */
export class OurEngine {
    book;
    handles;
    stream;
    sink;
    constructor(stream, sink, book = new OrderBook()) {
        this.stream = stream;
        this.sink = sink;
        this.book = book;
        this.handles = new Int32Array(stream.orders + 1);
    }
    /** Applies the commands `from` … `to` − 1. */
    run(from, to) {
        for (let start = from; start < to; start += BATCH) {
            this.runBatch(start, Math.min(to, start + BATCH));
            this.sink(this.book.events);
            this.book.events.clear();
        }
    }
    runBatch(from, to) {
        const { book, handles } = this;
        const { words } = this.stream;
        for (let i = from; i < to; i++) {
            const at = i * COMMAND_WORDS;
            const head = words[at];
            const number = words[at + 3];
            book.begin(i, i >>> 10);
            if ((head & 0xff) === CANCEL)
                book.cancel(handles[number]);
            else
                handles[number] = book.place(OPTIONS_OF[head & 0xff] | (head >>> 8), words[at + 1], words[at + 2], 1, 0);
        }
    }
}
