import type { Issue } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'

export interface Listener {
  readonly host: string
  readonly port: number
}

const loopback = /^(127(\.\d+){3}|::1|localhost)$/i

/**
 * Reads `listeners`. No host is loopback: REST has no login, so whoever reaches it runs connectors. A host beyond loopback takes
 * `listeners.insecure=true`. Throws a ConfigError with all issues.
 */
export function readListeners(
  texts: readonly string[],
  how: { readonly insecure: boolean },
): readonly Listener[] {
  const issues: Issue[] = []
  const listeners = texts.flatMap((text) => {
    const listener = readListener(text)
    if (typeof listener === 'string') {
      issues.push({ field: 'listeners', message: listener })
      return []
    }
    if (!how.insecure && !loopback.test(listener.host)) {
      issues.push({ field: 'listeners', message: beyondLoopback(text) })
    }
    return [listener]
  })
  if (issues.length > 0) throw new ConfigError(issues)
  return listeners
}

function readListener(text: string): Listener | string {
  const match = /^(?:(\w+):\/\/)?(\[[^\]]*\]|[^:/[\]]*):(\d+)\/?$/.exec(text)
  if (match === null) return `has "${text}", which is not of the form http://host:port`
  const [, protocol = 'http', host = '', port] = match
  if (protocol.toLowerCase() === 'https') {
    return `has "${text}", but REST does not speak https yet; put a proxy before it`
  }
  if (protocol.toLowerCase() !== 'http') return `has "${text}", but REST speaks http only`
  if (Number(port) > 65_535) return `has "${text}", whose port is larger than 65535`
  return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) }
}

function beyondLoopback(text: string): string {
  return `has ${text}: REST has no login, so anyone who reaches it could change connectors; listen on 127.0.0.1, or set listeners.insecure=true where the network keeps strangers out`
}
