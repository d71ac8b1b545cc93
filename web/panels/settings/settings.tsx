/** The settings, which take effect at once. */

import { dialog } from '../../state/layout.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function Settings() {
  return <DialogFrame title="Settings" open={dialog.value === 'settings'} onClose={close} />
}

function close(): void {
  if (dialog.peek() === 'settings') dialog.value = undefined
}
