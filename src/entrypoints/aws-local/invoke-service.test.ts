/** Lambda's Invoke as functions use it: results, failures of a function, unknown functions, asynchronous calls. */

import { expect, onTestFinished, test } from 'vitest'
import { startInvokeService } from './invoke-service.ts'

async function started() {
  const events: unknown[] = []
  const service = await startInvokeService((name) =>
    name === 'ExchangeQuery'
      ? async (event) => {
          events.push(event)
          if ((event as { fails?: boolean }).fails === true) throw new Error('killed')
          return { views: {} }
        }
      : undefined,
  )
  onTestFinished(() => service.close())
  const invoke = async (name: string, event: object, headers: Record<string, string> = {}) => {
    const url = `${service.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return { invoke, events }
}

test('a function returns its result, also by an alias', async () => {
  const { invoke, events } = await started()
  expect(await invoke('ExchangeQuery:live', { views: ['BTCUSD'] })).toMatchObject({ status: 200, text: '{"views":{}}' })
  expect(events).toEqual([{ views: ['BTCUSD'] }])
})

test('a function that fails is told in a header, and a function that does not exist by its status', async () => {
  const { invoke } = await started()
  const failed = await invoke('ExchangeQuery', { fails: true })
  expect([failed.status, failed.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled'])
  expect(failed.text).toContain('killed')
  expect((await invoke('Other', {})).status).toBe(404)
})

test('an asynchronous call is answered at once, whatever the function does', async () => {
  const { invoke, events } = await started()
  const answer = await invoke('ExchangeQuery', { fails: true }, { 'X-Amz-Invocation-Type': 'Event' })
  expect([answer.status, answer.text, events.length]).toEqual([202, '', 1])
})
