/** The tabs of a narrow screen, at its lower edge, where a thumb reaches them. */

import { type Tab, tab } from '../state/page/layout.ts'

const TABS: readonly (readonly [Tab, string])[] = [
  ['chart', 'Chart'],
  ['book', 'Book'],
  ['ticket', 'Ticket'],
  ['orders', 'Orders'],
]

export function TabBar() {
  return (
    <nav class="tab-bar" aria-label="Panels">
      {TABS.map(([name, text]) => (
        <button
          key={name}
          type="button"
          aria-current={tab.value === name ? 'true' : undefined}
          onClick={() => {
            tab.value = name
          }}
        >
          {text}
        </button>
      ))}
    </nav>
  )
}
