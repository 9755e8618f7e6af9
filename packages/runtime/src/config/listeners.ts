import type { Issue } from '@sluice/template'

export interface Listener {
  readonly host: string
  readonly port: number
}

const loopback = /^(127(\.\d+){3}|::1|localhost)$/i

/**
 * Reads `listeners`. No host is loopback: REST has no login, so whoever reaches it runs connectors. A host beyond loopback takes
 * `listeners.insecure=true`.
 */
export function readListeners(
  texts: readonly string[],
  how: { readonly insecure: boolean },
): { readonly listeners: readonly Listener[]; readonly issues: readonly Issue[] } {
  const read = texts.map((text) => readListener(text, how.insecure))
  return {
    listeners: read.filter((one) => typeof one !== 'string'),
    issues: read.filter((one) => typeof one === 'string').map((message) => ({ field: 'listeners', message })),
  }
}

function readListener(text: string, insecure: boolean): Listener | string {
  const match = /^(?:(\w+):\/\/)?(\[[^\]]*\]|[^:/[\]]*):(\d+)\/?$/.exec(text)
  if (match === null) return `has "${text}", which is not of the form http://host:port`
  const [, protocol = 'http', host = '', port] = match
  if (protocol.toLowerCase() === 'https') {
    return `has "${text}", but REST does not speak https yet; put a proxy before it`
  }
  if (protocol.toLowerCase() !== 'http') return `has "${text}", but REST speaks http only`
  if (Number(port) > 65_535) return `has "${text}", whose port is larger than 65535`
  const listener = { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) }
  return insecure || loopback.test(listener.host) ? listener : beyondLoopback(text)
}

function beyondLoopback(text: string): string {
  return `has ${text}: REST has no login, so anyone who reaches it could change connectors; listen on 127.0.0.1, or set listeners.insecure=true where the network keeps strangers out`
}
