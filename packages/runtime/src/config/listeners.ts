import type { Issue } from '@sluice/template'

export interface Listener {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
}

export interface ListenerRules {
  /** The setting that has them. Default: listeners. */
  readonly field?: string
  /** May it be reached from other machines: because there is a login, or because the operator says so? */
  readonly open: boolean
}

const loopback = /^(127(\.\d+){3}|::1|localhost)$/i

/**
 * Reads `listeners` or `admin.listeners`. No host is loopback: without a login, whoever reaches REST runs connectors. A host beyond loopback takes a
 * login, or `listeners.insecure=true`.
 */
export function readListeners(
  texts: readonly string[],
  { field = 'listeners', open }: ListenerRules,
): { readonly listeners: readonly Listener[]; readonly issues: readonly Issue[] } {
  const read = texts.map((text) => readListener(text, open))
  return {
    listeners: read.filter((one) => typeof one !== 'string'),
    issues: read.filter((one) => typeof one === 'string').map((message) => ({ field, message })),
  }
}

function readListener(text: string, open: boolean): Listener | string {
  const match = /^(?:(\w+):\/\/)?(\[[^\]]*\]|[^:/[\]]*):(\d+)\/?$/.exec(text)
  if (match === null) return `has "${text}", which is not of the form http://host:port`
  const [, named = 'http', host = '', port] = match
  const protocol = named.toLowerCase()
  if (protocol !== 'http' && protocol !== 'https') return `has "${text}", but REST speaks http and https only`
  if (Number(port) > 65_535) return `has "${text}", whose port is larger than 65535`
  const listener = {
    protocol,
    host: host.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(port),
  } as const
  return open || loopback.test(listener.host) ? listener : beyondLoopback(text)
}

function beyondLoopback(text: string): string {
  return (
    `has ${text}: REST has no login, so anyone who reaches it could change connectors; listen on 127.0.0.1, set a login ` +
    '(rest.basic.auth.user.<name>), or set listeners.insecure=true where the network keeps strangers out'
  )
}
