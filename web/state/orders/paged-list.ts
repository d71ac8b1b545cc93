/**
 * A list that is read page by page, newest first, and that live events add to. A failed page leaves what is there. An
 * answer to an earlier question is ignored, so a quick change of the filter cannot mix two lists.
 */

import { batch, type Signal, signal } from '@preact/signals'
import { readFault } from '../text/words.ts'

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
}

/** Reads the page after `cursor`; undefined: the first one. */
export type ReadPage<Row> = (filter: Filter, cursor: string | undefined, limit: number) => Promise<Page<Row>>
/** Query parameters. */
export type Filter = Readonly<Record<string, string>>
/** Each row once, newest first, at most `max`. */
export type Merge<Row> = (known: readonly Row[], more: readonly Row[], max: number) => readonly Row[]

export type ListPhase = 'unread' | 'reading' | 'ready' | 'failed'

/** Rows of a page of the list. */
export const PAGE_ROWS = 50
/** Rows that a browser lays out without delay; older ones are in the download. */
export const LISTED_MAX = 2_000
/** Rows of a page of a download, which the exchange allows at most. */
const DOWNLOAD_PAGE_ROWS = 1_000
/** 10 MB of text, and 50 pages: a tenth of the reads that an account may make at once. */
export const DOWNLOAD_ROWS_MAX = 50_000

export class PagedList<Row> {
  readonly rows: Signal<readonly Row[]> = signal<readonly Row[]>([])
  readonly phase: Signal<ListPhase> = signal<ListPhase>('unread')
  readonly failure = signal('')
  readonly hasOlder = signal(false)
  private readonly read: ReadPage<Row>
  private readonly merge: Merge<Row>
  private filter: Filter = {}
  private next: string | undefined
  private question = 0

  constructor(read: ReadPage<Row>, merge: Merge<Row>) {
    this.read = read
    this.merge = merge
  }

  /** Forgets everything: another account, or none. */
  reset(): void {
    this.question++
    this.next = undefined
    batch(() => {
      this.rows.value = []
      this.phase.value = 'unread'
      this.hasOlder.value = false
    })
  }

  /** Reads the first page of a filter. Rows of another filter go at once. */
  async refresh(filter: Filter): Promise<void> {
    if (JSON.stringify(filter) !== JSON.stringify(this.filter)) this.reset()
    this.filter = filter
    await this.readPage(undefined)
  }

  /** Reads the next older page. */
  async older(): Promise<void> {
    if (this.phase.peek() === 'reading' || this.next === undefined) return
    await this.readPage(this.next)
  }

  /** Rows that live events brought. Before the first page there is nothing to add to. */
  add(rows: readonly Row[]): void {
    const phase = this.phase.peek()
    if (phase === 'unread' || rows.length === 0) return
    this.rows.value = this.merge(this.rows.peek(), rows, LISTED_MAX)
  }

  /** All rows of the filter up to {@link DOWNLOAD_ROWS_MAX}, for a download. */
  async all(progress: (rows: number) => void): Promise<readonly Row[]> {
    const rows: Row[] = []
    let cursor: string | undefined
    do {
      const page = await this.read(this.filter, cursor, DOWNLOAD_PAGE_ROWS)
      for (const row of page.rows) rows.push(row)
      cursor = page.next ?? undefined
      progress(rows.length)
    } while (cursor !== undefined && rows.length < DOWNLOAD_ROWS_MAX)
    return rows
  }

  private async readPage(cursor: string | undefined): Promise<void> {
    const question = ++this.question
    this.phase.value = 'reading'
    try {
      const page = await this.read(this.filter, cursor, PAGE_ROWS)
      if (question !== this.question) return
      batch(() => {
        // A first page after a lost connection may leave a gap to what was there, so it replaces it.
        this.rows.value = this.merge(cursor === undefined ? [] : this.rows.peek(), page.rows, LISTED_MAX)
        this.next = page.next ?? undefined
        this.hasOlder.value = page.next !== null && this.rows.value.length < LISTED_MAX
        this.phase.value = 'ready'
      })
    } catch (cause) {
      if (question !== this.question) return
      batch(() => {
        this.failure.value = readFault(cause)
        this.phase.value = 'failed'
      })
    }
  }
}

/** The path of a page. */
export function pagePath(path: string, filter: Filter, cursor: string | undefined, limit: number): string {
  const query = new URLSearchParams({ ...filter, limit: String(limit), ...(cursor !== undefined && { cursor }) })
  return `${path}?${query}`
}
