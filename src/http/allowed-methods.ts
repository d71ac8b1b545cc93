/** Finds the routes that have a path, and the methods that it supports, for the Allow header. */

import type { RoutePattern } from './dialect.ts'

/** `GET, HEAD, PATCH, DELETE, OPTIONS`, or undefined if no route has the path. */
export function allowedMethods(routes: readonly RoutePattern[], path: string): string | undefined {
  const methods = routes.filter((route) => hasPath(route, path)).map((route) => route.method)
  if (methods.length === 0) return undefined
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))), 'OPTIONS'].join(
    ', ',
  )
}

/** Whether a path is one of the route, whatever its method. */
export function hasPath(route: RoutePattern, path: string): boolean {
  return new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}
