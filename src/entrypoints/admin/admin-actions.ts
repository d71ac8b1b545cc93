/**
 * The actions of an operator on the command line, as requests to the REST interface of a running exchange. Words
 * that are not an action are a UsageError. The exchange decides whether the request is allowed.
 */

import { UsageError } from '../options.ts'

export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Begins with a slash. */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
}

/** By flag; absent if not given. */
export type AdminValues = Readonly<Record<string, string | undefined>>

interface Action {
  /** The words of the command line. A word in capitals is a parameter. */
  readonly words: string
  /** The options in the notation of a manual: brackets for those that may be absent. */
  readonly usage?: string
  readonly summary: string
  /** Flags that only this action has. */
  readonly flags: readonly string[]
  request(given: Readonly<Record<string, string>>, values: AdminValues): AdminRequest
}

const TERMS = ['base', 'quote', 'min', 'max'] as const

const INSTRUMENTS: readonly Action[] = [
  {
    words: 'instruments list',
    summary: 'show every instrument',
    flags: [],
    request: () => ({ method: 'GET', path: '/instruments' }),
  },
  {
    words: 'instruments define SYMBOL',
    usage: '--base NAME --quote NAME --tick SIZE --lot SIZE [--min QUANTITY] [--max QUANTITY]',
    summary: 'define one, or reopen a closed one',
    flags: ['base', 'quote', 'tick', 'lot', 'min', 'max', 'reason'],
    request: ({ SYMBOL }, values) => {
      for (const flag of ['base', 'quote', 'tick', 'lot']) {
        if (values[flag] === undefined) throw new UsageError(`instruments define needs --${flag}`)
      }
      const { base, quote, tick, lot, min, max } = values
      const terms = { base, quote, tickSize: tick, lotSize: lot, minQuantity: min, maxQuantity: max }
      return { method: 'POST', path: '/instruments', body: { symbol: SYMBOL, ...terms, ...reasonOf(values) } }
    },
  },
  {
    words: 'instruments change SYMBOL',
    usage: '[--base NAME] [--quote NAME] [--min QUANTITY] [--max QUANTITY]',
    summary: 'change one or more of these; --min none and --max none remove the bound',
    flags: [...TERMS, 'reason'],
    request: ({ SYMBOL }, values) => {
      if (TERMS.every((flag) => values[flag] === undefined)) {
        throw new UsageError('instruments change needs --base, --quote, --min or --max')
      }
      const { base, quote, min, max } = values
      return change(SYMBOL, { base, quote, minQuantity: boundOf(min), maxQuantity: boundOf(max) }, values)
    },
  },
  {
    words: 'instruments close SYMBOL',
    summary: 'close it and cancel its orders',
    flags: ['reason'],
    request: ({ SYMBOL }, { reason }) => {
      const query = reason === undefined ? '' : `?${new URLSearchParams({ reason })}`
      return { method: 'DELETE', path: `${pathOf(SYMBOL)}${query}` }
    },
  },
]

const TRADING: readonly Action[] = [
  {
    words: 'halt SYMBOL',
    summary: 'halt trading',
    flags: ['reason'],
    request: ({ SYMBOL }, values) => change(SYMBOL, { phase: 'HALTED' }, values),
  },
  {
    words: 'resume SYMBOL',
    summary: 'trade again',
    flags: ['reason'],
    request: ({ SYMBOL }, values) => change(SYMBOL, { phase: 'CONTINUOUS' }, values),
  },
  {
    words: 'band SYMBOL',
    usage: '[--low PRICE] [--high PRICE] | --none',
    summary: 'set the price band; --none removes it',
    flags: ['low', 'high', 'none', 'reason'],
    request: ({ SYMBOL }, values) => {
      const { low, high, none } = values
      const bounded = low !== undefined || high !== undefined
      if (bounded === (none !== undefined)) throw new UsageError('band needs --low, --high or both, or else --none')
      return change(SYMBOL, { priceBand: bounded ? { low, high } : null }, values)
    },
  },
]

const RULES: readonly Action[] = [
  {
    words: 'rules show',
    summary: 'show the rules in force and the newest that the exchange supports',
    flags: [],
    request: () => ({ method: 'GET', path: '/rules' }),
  },
  {
    words: 'rules adopt VERSION',
    summary: 'adopt newer rules; this cannot be undone',
    flags: ['reason'],
    request: ({ VERSION }, values) => {
      if (!/^[1-9]\d{0,5}$/.test(VERSION)) throw new UsageError(`VERSION is a whole number, not ${VERSION}`)
      return { method: 'POST', path: '/rules', body: { rules: Number(VERSION), ...reasonOf(values) } }
    },
  },
]

const GROUPS = { Instruments: INSTRUMENTS, Trading: TRADING, Rules: RULES }
const ACTIONS = Object.values(GROUPS).flat()

/** The actions by group for help: a line with what each needs, and a line with what it does. */
export function describeActions(): string {
  const lines = ({ words, usage, summary }: Action) =>
    `  ${usage === undefined ? words : `${words} ${usage}`}\n      ${summary}`
  return Object.entries(GROUPS)
    .map(([group, actions]) => `${group}:\n${actions.map(lines).join('\n')}`)
    .join('\n\n')
}

/** The request for the words. Throws {@link UsageError}. */
export function requestOf(words: readonly string[], values: AdminValues): AdminRequest {
  for (const action of ACTIONS) {
    const given = wordsGiven(action.words.split(' '), words)
    if (given === undefined) continue
    const other = Object.keys(values).find((flag) => values[flag] !== undefined && !action.flags.includes(flag))
    if (other !== undefined) throw new UsageError(`--${other} is not for ${action.words}`)
    return action.request(given, values)
  }
  throw new UsageError(noAction(words))
}

/** What is wrong with words that are no action: too few, too many, or unknown ones. */
function noAction(words: readonly string[]): string {
  if (words.length === 0) return 'give an action'
  const near = ACTIONS.filter((action) => action.words.split(' ')[0] === words[0])
  if (near.length === 0) return `there is no action ${JSON.stringify(words[0])}`
  return `${JSON.stringify(words.join(' '))} is not complete or has too many words; use ${near.map((action) => action.words).join(' or ')}`
}

/** The parameters by name, or undefined if these are not the words of the action. */
function wordsGiven(pattern: readonly string[], words: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== words.length) return undefined
  const given: Record<string, string> = {}
  for (const [i, word] of pattern.entries()) {
    if (word === word.toUpperCase()) given[word] = words[i]
    else if (word !== words[i]) return undefined
  }
  return given
}

const pathOf = (symbol: string): string => `/instruments/${encodeURIComponent(symbol)}`

const change = (symbol: string, changes: Record<string, unknown>, values: AdminValues): AdminRequest => ({
  method: 'PATCH',
  path: pathOf(symbol),
  body: { ...changes, ...reasonOf(values) },
})

const reasonOf = ({ reason }: AdminValues) => (reason === undefined ? {} : { reason })

const boundOf = (text: string | undefined) => (text === 'none' ? null : text)
