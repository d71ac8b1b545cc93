/** The list of keys, made from the table that the listener uses. */

import './key-list.css'
import { FIELD_KEYS, HOTKEYS, hotkeyText } from '../../state/hotkey-table.ts'
import { dialog } from '../../state/page/layout.ts'
import { hotkeysOn } from '../../state/page/settings.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function KeyList() {
  return (
    <DialogFrame title="Keys" open={dialog.value === 'keys'} onClose={close}>
      <label class="key-switch">
        <input
          type="checkbox"
          checked={hotkeysOn.value}
          onChange={({ currentTarget }) => {
            hotkeysOn.value = currentTarget.checked
          }}
        />
        Keys are on
      </label>
      <p class="dim">They act outside of text fields only, and never with Ctrl, Alt or Meta.</p>
      <dl class="key-list">
        {HOTKEYS.map((row) => (
          <div key={row.action}>
            <dt>
              <Keys text={hotkeyText(row)} />
            </dt>
            <dd>{row.words}</dd>
          </div>
        ))}
      </dl>
      <h3>In a field or a dialog</h3>
      <dl class="key-list">
        {FIELD_KEYS.map(({ keys, words }) => (
          <div key={words}>
            <dt>
              {keys.map((text) => (
                <Keys key={text} text={text} />
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </DialogFrame>
  )
}

/** `Shift C` as two keys. */
function Keys({ text }: { readonly text: string }) {
  return (
    <span class="keys">
      {text.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}

function close(): void {
  if (dialog.peek() === 'keys') dialog.value = undefined
}
