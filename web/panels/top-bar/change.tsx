/** A change in percent: its sign says the direction, and its color says it again. */

export function Change({ percent }: { readonly percent: string | null }) {
  if (percent === null) return <span class="dim">–</span>
  const isDown = percent.startsWith('-')
  const isZero = /^-?0(\.0*)?$/.test(percent)
  const text = isZero ? percent.replace('-', '') : isDown ? `−${percent.slice(1)}` : `+${percent}`
  return <span class={isZero ? 'dim' : isDown ? 'sell' : 'buy'}>{`${text}%`}</span>
}
