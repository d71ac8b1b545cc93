/** A dialog of the browser: it keeps the focus inside, and Escape closes it. Its content exists only while it is open. */

import './dialog-frame.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export interface DialogFrameProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

export function DialogFrame({ title, open, onClose, children }: DialogFrameProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}>
      {open && (
        <>
          <header class="dialog-head">
            <h2>{title}</h2>
            <button type="button" class="icon" aria-label="Close" onClick={onClose}>
              ✕
            </button>
          </header>
          <div class="dialog-body">{children}</div>
        </>
      )}
    </dialog>
  )
}
