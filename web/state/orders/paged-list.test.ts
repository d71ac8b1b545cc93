import { describe, expect, it } from 'vitest'
import { ConnectionLost, ExchangeProblem } from '../../../src/client/errors.ts'
import { type Filter, type Page, PagedList, pagePath } from './paged-list.ts'

const newest = (known: readonly number[], more: readonly number[], max: number): readonly number[] =>
  [...new Set([...known, ...more])].sort((a, b) => b - a).slice(0, max)

/** A list whose pages the test answers one by one. */
function listOf() {
  const questions: { filter: Filter; cursor: string | undefined; answer: (page: Page<number> | Error) => void }[] = []
  const list = new PagedList<number>((filter, cursor) => {
    return new Promise((resolve, reject) => {
      questions.push({ filter, cursor, answer: (page) => (page instanceof Error ? reject(page) : resolve(page)) })
    })
  }, newest)
  return { list, questions }
}

describe('a list of pages', () => {
  it('adds older pages and live rows, each once', async () => {
    const { list, questions } = listOf()
    const first = list.refresh({})
    expect(list.phase.value).toBe('reading')
    questions[0].answer({ rows: [9, 8], next: 'c' })
    await first
    list.add([10, 9])
    expect([list.rows.value, list.hasOlder.value]).toEqual([[10, 9, 8], true])
    const older = list.older()
    questions[1].answer({ rows: [7], next: null })
    await older
    expect(questions[1].cursor).toBe('c')
    expect([list.rows.value, list.hasOlder.value]).toEqual([[10, 9, 8, 7], false])
  })

  it('ignores the answer to an earlier question', async () => {
    const { list, questions } = listOf()
    const slow = list.refresh({ symbol: 'A' })
    const quick = list.refresh({ symbol: 'B' })
    questions[1].answer({ rows: [2], next: null })
    questions[0].answer({ rows: [1], next: 'c' })
    await Promise.all([slow, quick])
    expect([list.rows.value, list.hasOlder.value]).toEqual([[2], false])
  })

  it('keeps its rows and says why a page failed', async () => {
    const { list, questions } = listOf()
    const first = list.refresh({})
    questions[0].answer({ rows: [1], next: null })
    await first
    const again = list.refresh({})
    questions[1].answer(new ConnectionLost('gone'))
    await again
    expect([list.rows.value, list.phase.value]).toEqual([[1], 'failed'])
    expect(list.failure.value).toBe('The exchange did not answer.')
    const failed = list.refresh({})
    questions[2].answer(new ExchangeProblem({ status: 502, code: 'http_502' }))
    await failed
    expect(list.failure.value).toBe('The exchange did not answer.')
  })

  it('reads all pages for a download', async () => {
    const { list, questions } = listOf()
    const seen: number[] = []
    const all = list.all((rows) => seen.push(rows))
    questions[0].answer({ rows: [3, 2], next: 'c' })
    await Promise.resolve().then(() => {})
    await new Promise((resolve) => setTimeout(resolve))
    questions[1].answer({ rows: [1], next: null })
    expect([await all, seen]).toEqual([
      [3, 2, 1],
      [2, 3],
    ])
  })

  it('has nothing to add to before it was read', () => {
    const { list } = listOf()
    list.add([1])
    expect(list.rows.value).toEqual([])
  })
})

it('a path has filter, limit and cursor', () => {
  expect(pagePath('/fills', { symbol: 'A B' }, 'x=', 50)).toBe('/fills?symbol=A+B&limit=50&cursor=x%3D')
})
