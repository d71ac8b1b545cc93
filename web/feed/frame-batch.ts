/**
 * Gathers what has changed, and applies it once an animation frame. A browser runs no frames in a hidden tab, so
 * nothing is applied there; what has changed meanwhile is applied in the first frame after.
 */

export interface Frames {
  request(call: () => void): number
  cancel(id: number): void
}

export const browserFrames: Frames = {
  request: (call) => requestAnimationFrame(call),
  cancel: (id) => cancelAnimationFrame(id),
}

export class FrameBatch<Part> {
  private readonly apply: (changed: ReadonlySet<Part>) => void
  private readonly frames: Frames
  private changed = new Set<Part>()
  private frame: number | undefined

  constructor(apply: (changed: ReadonlySet<Part>) => void, frames: Frames = browserFrames) {
    this.apply = apply
    this.frames = frames
  }

  /** A part has changed. */
  mark(part: Part): void {
    this.changed.add(part)
    this.frame ??= this.frames.request(() => this.run())
  }

  /** Forgets what has changed. */
  clear(): void {
    if (this.frame !== undefined) this.frames.cancel(this.frame)
    this.frame = undefined
    this.changed.clear()
  }

  private run(): void {
    this.frame = undefined
    const { changed } = this
    this.changed = new Set()
    this.apply(changed)
  }
}
