/** Sign-in with a key. */

import { dialog } from '../../state/layout.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function SignIn() {
  return <DialogFrame title="Sign in" open={dialog.value === 'sign-in'} onClose={close} />
}

function close(): void {
  if (dialog.peek() === 'sign-in') dialog.value = undefined
}
