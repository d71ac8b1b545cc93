/** Whether anybody can see the page. A tab that stays hidden for some time gives its market data up. */

/** A trader who looks at another tab for a moment comes back to a current book. */
const HIDDEN_MS = 5_000

/** Calls `changed` with false when the page was hidden for a while, and with true when it is visible again. */
export function watchVisibility(changed: (visible: boolean) => void): void {
  let isVisible = true
  let timer: ReturnType<typeof setTimeout> | undefined
  const become = (visible: boolean): void => {
    if (visible === isVisible) return
    isVisible = visible
    changed(visible)
  }
  const look = (): void => {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') become(true)
    else timer = setTimeout(() => become(false), HIDDEN_MS)
  }
  document.addEventListener('visibilitychange', look)
  look()
}
