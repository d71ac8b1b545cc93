/**
 * What a function is told by its environment. A variable that is missing stops the function when it
 * is loaded, with its name: a deployment that forgot one fails its first call and not its hundredth.
 */

export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`)
  return value
}

export const optional = (name: string): string | undefined => process.env[name] || undefined
