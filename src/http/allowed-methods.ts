/** Finds the methods that a path supports, for the Allow header. */

import type { RoutePattern } from './dialect.ts'

/** `GET, HEAD, PATCH, DELETE, OPTIONS`, or undefined if no route has the path. */
export function allowedMethods(routes: readonly RoutePattern[], path: string): string | undefined {
  const methods = routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method)
  if (methods.length === 0) return undefined
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))), 'OPTIONS'].join(
    ', ',
  )
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
