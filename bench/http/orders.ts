/** The orders of the HTTP benchmarks. Each has about 150 bytes. Their prices are near each other, so that some trade. */

const random = (seed: number): number => ((Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0) % 100_000) / 100_000

export function orderJson(run: string, n: number): string {
  const side = random(n * 2 + 1) < 0.5 ? 'BUY' : 'SELL'
  const price = 50_000 + Math.floor((random(n * 3 + 7) - 0.5) * 400) / 2
  const quantity = 1 + Math.floor(random(n * 5 + 3) * 100) / 10
  return `{"orderId":"${run}-${n}","symbol":"BTCUSD","side":"${side}","quantity":${quantity},"price":${price}}`
}

export function batchJson(run: string, n: number, size: number): string {
  let orders = ''
  for (let i = 0; i < size; i++) orders += `${i === 0 ? '' : ','}${orderJson(run, n * size + i)}`
  return `{"orders":[${orders}]}`
}
