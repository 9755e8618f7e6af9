import type { FastifyInstance } from 'fastify'

/** The routes of an app, for those who ask in a way that there isn't. */
export interface KnownPaths {
  /** `GET /connectors/:name`, in the order in which they were added. */
  readonly routes: readonly string[]
  /** The methods of the routes at a path; empty: there is nothing. */
  methodsAt(path: string): readonly string[]
}

const known = new WeakMap<FastifyInstance, KnownPaths>()

/** Those of an app whose routes are remembered; undefined for another. */
export function routesOf(app: FastifyInstance): readonly string[] | undefined {
  return known.get(app)?.routes
}

/** Remembers the routes that are added from now on. */
export function knownPaths(app: FastifyInstance): KnownPaths {
  const routes: { readonly method: string; readonly pattern: RegExp }[] = []
  const names: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`)
    for (const one of [method].flat()) {
      routes.push({ method: one, pattern })
      names.push(`${one} ${url}`)
    }
  })
  const paths: KnownPaths = {
    routes: names,
    methodsAt: (path) => routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method),
  }
  known.set(app, paths)
  return paths
}
