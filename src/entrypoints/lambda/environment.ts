/**
 * Reads the environment variables of a function. If a required variable is missing, the function fails when it
 * is loaded, with the name of the variable. So a wrong deployment fails at its first call.
 */

export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`)
  return value
}

export const optional = (name: string): string | undefined => process.env[name] || undefined
