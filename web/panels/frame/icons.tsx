/** The icons. They are decoration: the control around each has a name in words. */

import type { ComponentChildren } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg
      class="icon-drawing"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export const CaretIcon = () => (
  <Icon>
    <path d="m4 6 4 4 4-4" />
  </Icon>
)

export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8m0-8-8 8" />
  </Icon>
)

export const StarIcon = ({ filled }: { readonly filled: boolean }) => (
  <Icon>
    <path
      d="m8 2 1.8 3.8 4.2.6-3 2.9.7 4.1L8 11.4l-3.7 2 .7-4.1-3-2.9 4.2-.6Z"
      fill={filled ? 'currentColor' : undefined}
    />
  </Icon>
)

export const SlidersIcon = () => (
  <Icon>
    <path d="M2 4h6m4 0h2M2 8h2m4 0h6M2 12h7m4 0h1" />
    <circle cx="10" cy="4" r="1.6" />
    <circle cx="6" cy="8" r="1.6" />
    <circle cx="11" cy="12" r="1.6" />
  </Icon>
)

export const KeyboardIcon = () => (
  <Icon>
    <rect x="1.5" y="4" width="13" height="8.5" rx="1.5" />
    <path d="M4 6.8h.01M6.7 6.8h.01M9.3 6.8h.01M12 6.8h.01M5 9.8h6" />
  </Icon>
)

/** A book: asks above, bids below. */
export const Mark = () => (
  <svg class="mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
    <path d="M2 3h11v2.5H2zM2 7h6v2.5H2z" fill="var(--sell)" />
    <path d="M7 10.5h11V13H7zM12 14.5h6V17h-6z" fill="var(--buy)" />
  </svg>
)
