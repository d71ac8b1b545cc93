/** A list that is read page by page: its rows, or the sentence that stands for them, the next page, the download. */

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { download } from '../../state/orders/order-csv.ts'
import { DOWNLOAD_ROWS_MAX, type PagedList } from '../../state/orders/paged-list.ts'
import { groupThousands } from '../../state/text/format.ts'
import { readFault } from '../../state/text/words.ts'

interface PagedTableProps<Row> {
  readonly list: PagedList<Row>
  /** Whether a row passes the filters that the exchange does not have. */
  readonly passes: (row: Row) => boolean
  readonly nothing: string
  readonly head: ComponentChildren
  readonly row: (row: Row) => ComponentChildren
  /** The first part of the name of the download, and a name for styles. */
  readonly name: string
  readonly csv: (rows: readonly Row[]) => string
  /** Reads the first page again after a failure. */
  readonly again: () => void
}

export function PagedTable<Row>({ list, passes, nothing, head, row, name, csv, again }: PagedTableProps<Row>) {
  const phase = list.phase.value
  const rows = list.rows.value.filter(passes)
  const isReading = phase === 'reading' || phase === 'unread'
  const none = list.rows.value.length > 0 ? 'None of this side so far.' : nothing
  const emptyText = isReading ? 'Reading…' : phase === 'failed' ? '' : none
  return (
    <div class="orders-scroll" aria-busy={isReading}>
      {rows.length === 0 ? (
        <p class="orders-empty">{emptyText}</p>
      ) : (
        <table class={`orders-table orders-${name}`}>
          <thead>{head}</thead>
          <tbody>{rows.map(row)}</tbody>
        </table>
      )}
      <div class="orders-foot">
        {phase === 'failed' && (
          <>
            <span role="alert" class="sell">
              {list.failure}
            </span>
            <button type="button" class="plain" onClick={again}>
              Read again
            </button>
          </>
        )}
        {list.hasOlder.value && (
          <button type="button" class="plain" disabled={isReading} onClick={() => void list.older()}>
            {isReading ? 'Reading…' : 'Older'}
          </button>
        )}
        {rows.length > 0 && <Download list={list} passes={passes} name={name} csv={csv} />}
      </div>
    </div>
  )
}

/** Reads all pages first, so it says how far it is. */
function Download<Row>({ list, passes, name, csv }: Pick<PagedTableProps<Row>, 'list' | 'passes' | 'name' | 'csv'>) {
  const [state, setState] = useState('')
  const [isReading, setReading] = useState(false)
  const read = async (): Promise<void> => {
    setReading(true)
    try {
      const rows = await list.all((count) => setState(`${groupThousands(String(count))} rows`))
      download(name, csv(rows.filter(passes)))
      const isCut = rows.length >= DOWNLOAD_ROWS_MAX
      setState(isCut ? `Only the newest ${groupThousands(String(rows.length))} rows are in the file.` : '')
    } catch (cause) {
      setState(readFault(cause))
    } finally {
      setReading(false)
    }
  }
  return (
    <>
      <button
        type="button"
        class="plain"
        disabled={isReading}
        title="Download all rows of these filters as CSV"
        onClick={() => void read()}
      >
        {isReading ? 'Reading…' : 'Download CSV'}
      </button>
      <span class="dim">{state}</span>
    </>
  )
}
