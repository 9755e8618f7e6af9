import type { FastifyInstance } from 'fastify'

/** The routes of an app, for those who ask in a way that there isn't. */
export interface KnownPaths {
  /** The methods of the routes at a path; empty: there is nothing. */
  methodsAt(path: string): readonly string[]
}

/** Remembers the routes that are added from now on. */
export function knownPaths(app: FastifyInstance): KnownPaths {
  const routes: { readonly method: string; readonly pattern: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`)
    for (const one of [method].flat()) routes.push({ method: one, pattern })
  })
  return {
    methodsAt: (path) => routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method),
  }
}
