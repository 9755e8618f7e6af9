import type { Ask } from './elasticsearch.ts'

/** The server's version, `undefined` where it says none (to a role that may only write, for instance). Rejects where it isn't reached. */
export async function serverVersion(ask: Ask, signal: AbortSignal): Promise<string | undefined> {
  const root = await ask({ method: 'GET', path: '/' }, signal)
  const version =
    root.kind === 'ok' ? (root.body as { version?: { number?: string } }).version?.number : undefined
  if (version !== undefined) return version
  // Some servers have no `/`; every node names its version.
  const nodes = await ask(
    { method: 'GET', path: '/_nodes/_local/http', query: { filter_path: 'nodes.*.version' } },
    signal,
  )
  if (nodes.kind === 'unreachable') throw nodes.error
  if (nodes.kind !== 'ok') return undefined
  return Object.values((nodes.body as { nodes?: Record<string, { version?: string }> }).nodes ?? {})[0]
    ?.version
}
