/** The list of symbols, with search and the watch list. */

import { dialog } from '../../state/layout.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function Switcher() {
  return <DialogFrame title="Symbols" open={dialog.value === 'switcher'} onClose={close} />
}

function close(): void {
  if (dialog.peek() === 'switcher') dialog.value = undefined
}
