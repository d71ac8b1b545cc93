/**
 * nodejs-order-book on a command stream. Order ids are strings made beforehand, so that making them
 * is not counted against it. An amendment is a cancel and a new order, as in our streams.
 */
import { OrderBook, Side } from 'nodejs-order-book';
import { AMEND, CANCEL, COMMAND_WORDS, LIMIT_IOC, MARKET_ORDER } from './command-stream.js';
/** The package exports the type of its options, but not the words they are made of. */
const IOC = 'IOC';
export class TheirEngine {
    book = new OrderBook();
    /** Counted only when asked for. */
    totals;
    stream;
    ids;
    constructor(stream, ids, totals) {
        this.stream = stream;
        this.ids = ids;
        this.totals = totals;
    }
    run(from, to) {
        const { words } = this.stream;
        for (let i = from; i < to; i++) {
            const at = i * COMMAND_WORDS;
            const kind = words[at] & 0xff;
            const side = words[at] >>> 8 === 0 ? Side.BUY : Side.SELL;
            const id = this.ids[words[at + 3]];
            if (kind === CANCEL)
                this.book.cancel(id);
            else if (kind === MARKET_ORDER)
                this.market(side, words[at + 2]);
            else if (kind !== AMEND || this.book.cancel(id) !== undefined) {
                this.limit(side, id, words[at + 1], words[at + 2], kind === LIMIT_IOC);
            }
        }
    }
    market(side, size) {
        const { done, partial, quantityLeft } = this.book.market({ side, size });
        if (this.totals === undefined)
            return;
        this.totals.trades += done.length + (partial === null ? 0 : 1);
        this.totals.quantity += size - quantityLeft;
    }
    limit(side, id, price, size, ioc) {
        const result = ioc
            ? this.book.limit({ side, id, price, size, timeInForce: IOC })
            : this.book.limit({ side, id, price, size });
        if (this.totals === undefined)
            return;
        // `done` holds the filled makers, and the taker itself once it is filled; `partial` is then the maker.
        if (result.quantityLeft === 0)
            this.totals.trades += result.done.length - 1 + (result.partial === null ? 0 : 1);
        else
            this.totals.trades += result.done.length;
        this.totals.quantity += size - result.quantityLeft;
    }
}
/** The ids of all orders of a stream. */
export const idsOf = (stream) => Array.from({ length: stream.orders + 1 }, (_, i) => `o${i}`);
