/**
 * A stream of engine commands in one Int32Array, so that reading it costs every engine the same and
 * next to nothing. Orders are numbered 1, 2, 3 … as they are placed; cancels and amendments name
 * that number. The first commands fill the book and are not timed.
 *
 *   word 0   kind | side << 8
 *   word 1   price, ticks
 *   word 2   quantity, lots
 *   word 3   order number
 */
export const LIMIT = 0;
export const CANCEL = 1;
export const AMEND = 2;
export const MARKET_ORDER = 3;
export const LIMIT_IOC = 4;
export const COMMAND_WORDS = 4;
/** Collects commands. */
export class StreamWriter {
    words = new Int32Array(1 << 16);
    count = 0;
    orders = 0;
    /** Adds an order; answers its number. */
    order(kind, side, price, quantity) {
        this.add(kind | (side << 8), price, quantity, ++this.orders);
        return this.orders;
    }
    cancel(side, number) {
        this.add(CANCEL | (side << 8), 0, 0, number);
    }
    amend(side, price, quantity, number) {
        this.add(AMEND | (side << 8), price, quantity, number);
    }
    finish(name, prefill) {
        const words = this.words.slice(0, this.count * COMMAND_WORDS);
        return { name, words, prefill, count: this.count, orders: this.orders };
    }
    add(head, price, quantity, number) {
        const at = this.count++ * COMMAND_WORDS;
        if (at === this.words.length) {
            const words = new Int32Array(at * 2);
            words.set(this.words);
            this.words = words;
        }
        this.words[at] = head;
        this.words[at + 1] = price;
        this.words[at + 2] = quantity;
        this.words[at + 3] = number;
    }
}
