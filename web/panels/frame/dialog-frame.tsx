/**
 * A dialog of the browser: it keeps the focus inside, gives it back, and Escape or a click beside it closes it. Its
 * content exists only while it is open. The element with `data-focus` gets the focus first. It opens before the next key
 * is read, as every focus moves in a layout effect: fast typing on a slow machine reaches what it is meant for.
 */

import './dialog-frame.css'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { CloseIcon } from './icons.tsx'

export interface DialogFrameProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  /** A style of its own. */
  readonly kind?: string
  readonly children?: ComponentChildren
}

export function DialogFrame({ title, open, onClose, kind, children }: DialogFrameProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const { current } = dialog
    if (open && current?.open === false) {
      current.showModal()
      current.querySelector<HTMLElement>('[data-focus]')?.focus()
    } else if (!open) current?.close()
  }, [open])
  return (
    <dialog ref={dialog} class={kind} aria-label={title} closedby="any" onClose={onClose}>
      {open && (
        <>
          <header class="dialog-head">
            <h2>{title}</h2>
            <button type="button" class="icon" aria-label="Close" onClick={onClose}>
              <CloseIcon />
            </button>
          </header>
          <div class="dialog-body">{children}</div>
        </>
      )}
    </dialog>
  )
}
