/** The settings, which take effect at once and are kept in the browser. */

import './settings.css'
import type { Signal } from '@preact/signals'
import { dialog } from '../../state/page/layout.ts'
import { confirmOrders, hotkeysOn, palette, theme, timeZone } from '../../state/page/settings.ts'
import { access, apiAddress, signOut } from '../../state/session/session.ts'
import { Choice } from '../frame/choice.tsx'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function Settings() {
  return (
    <DialogFrame title="Settings" open={dialog.value === 'settings'} onClose={close}>
      <div class="settings">
        <Choice
          name="theme"
          label="Theme"
          value={theme}
          options={[
            ['system', 'System'],
            ['dark', 'Dark'],
            ['light', 'Light'],
          ]}
        />
        <Choice
          name="palette"
          label="Colors of buy and sell"
          value={palette}
          options={[
            ['standard', 'Green, red'],
            ['safe', 'Blue, orange'],
          ]}
        />
        <Choice
          name="zone"
          label="Times"
          value={timeZone}
          options={[
            ['local', 'Local'],
            ['utc', 'UTC'],
          ]}
        />
        <Flag label="Ask before each order" value={confirmOrders} />
        <Flag label="Hotkeys" value={hotkeysOn} />
        <Account />
        <p>
          <a href="#/operations">Operations</a>
          {' · '}
          <a href={apiAddress('docs')}>API</a>
        </p>
      </div>
    </DialogFrame>
  )
}

function close(): void {
  if (dialog.peek() === 'settings') dialog.value = undefined
}

function Flag({ label, value }: { readonly label: string; readonly value: Signal<boolean> }) {
  return (
    <label class="flag">
      <span>{label}</span>
      <input
        type="checkbox"
        checked={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.checked
        }}
      />
    </label>
  )
}

function Account() {
  switch (access.value) {
    case 'open':
      return <p class="dim">This exchange has no keys. Everybody on this machine may trade.</p>
    case 'signed-in':
      return (
        <div class="flag">
          <span>Signed in. The key is kept in this tab only.</span>
          <button type="button" class="outlined" onClick={signOut}>
            Sign out
          </button>
        </div>
      )
    case 'no-key':
      return (
        <div class="flag">
          <span>Not signed in.</span>
          <button
            type="button"
            class="outlined"
            onClick={() => {
              dialog.value = 'sign-in'
            }}
          >
            Sign in
          </button>
        </div>
      )
    default:
      return <p class="dim">The account is not known before the exchange answers.</p>
  }
}
