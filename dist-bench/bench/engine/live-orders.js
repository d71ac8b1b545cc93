/**
 * The book a generator of commands looks at while it writes them: it runs the engine, and knows by
 * number which orders live, so that it can cancel one of them at random.
 */
import { TRADE } from '../../src/engine/event-buffer.js';
import { OrderBook } from '../../src/engine/order-book.js';
import { IMMEDIATE_OR_CANCEL, MARKET } from '../../src/engine/order-tag.js';
import { AMEND, CANCEL, LIMIT_IOC, MARKET_ORDER } from './command-stream.js';
export class LiveOrders {
    book = new OrderBook();
    /** Numbers of the live orders, in no order. */
    live = [];
    places = [];
    handles = [];
    numbers = [];
    open = [];
    isLive(number) {
        return this.places[number] !== undefined && this.places[number] >= 0;
    }
    /** Applies a command; a cancel or amendment of a dead order is passed over. */
    apply(kind, side, price, quantity, number) {
        const { book } = this;
        let handle = 0;
        this.open[number] = quantity;
        if (kind === CANCEL) {
            if (!this.isLive(number))
                return;
            book.cancel(this.handles[number]);
            this.forget(number);
        }
        else if (kind === AMEND) {
            if (!this.isLive(number))
                return;
            handle = book.replace(this.handles[number], price, quantity, quantity);
            if (handle === 0)
                this.forget(number);
        }
        else {
            const options = kind === MARKET_ORDER ? MARKET : kind === LIMIT_IOC ? IMMEDIATE_OR_CANCEL : 0;
            handle = book.place(options | side, price, quantity, 1, 0);
            if (handle !== 0) {
                this.handles[number] = handle;
                this.numbers[handle] = number;
                this.places[number] = this.live.length;
                this.live.push(number);
            }
        }
        this.settle(number);
    }
    /** Reads the trades: who was filled lives no more. */
    settle(taker) {
        const { events } = this.book;
        for (let i = 0; i < events.count; i++) {
            if (events.kind(i) !== TRADE)
                continue;
            const maker = this.numbers[events.order(i)];
            this.open[taker] -= events.quantity(i);
            this.open[maker] -= events.quantity(i);
            if (this.open[maker] === 0)
                this.forget(maker);
        }
        events.clear();
    }
    forget(number) {
        const place = this.places[number];
        const last = this.live.pop();
        if (last !== number) {
            this.live[place] = last;
            this.places[last] = place;
        }
        this.places[number] = -1;
    }
}
