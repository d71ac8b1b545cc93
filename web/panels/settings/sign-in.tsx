/** Sign-in with a key. What was typed stays if the exchange does not know it. */

import { useState } from 'preact/hooks'
import { dialog } from '../../state/page/layout.ts'
import { signIn } from '../../state/session/session.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'

export function SignIn() {
  return (
    <DialogFrame title="Sign in" open={dialog.value === 'sign-in'} onClose={close}>
      <KeyForm />
    </DialogFrame>
  )
}

function close(): void {
  if (dialog.peek() === 'sign-in') dialog.value = undefined
}

function KeyForm() {
  const [key, setKey] = useState('')
  const [failure, setFailure] = useState<string | undefined>()
  const [isAsking, setAsking] = useState(false)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (isAsking || key.trim() === '') return
    setAsking(true)
    const found = await signIn(key.trim())
    setAsking(false)
    setFailure(found)
    if (found === undefined) close()
  }
  return (
    <form class="sign-in" onSubmit={submit}>
      <p class="dim">The key is kept in this tab, until you close it or sign out.</p>
      <label>
        Key
        <input
          data-focus
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          aria-invalid={failure !== undefined}
          aria-describedby="sign-in-failure"
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <p id="sign-in-failure" role="alert" class="sell">
        {failure}
      </p>
      <button type="submit" class="filled" disabled={isAsking || key.trim() === ''}>
        {isAsking ? 'Asking the exchange' : 'Sign in'}
      </button>
    </form>
  )
}
