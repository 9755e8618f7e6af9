export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Reads `host:port` or `[address]:port`; a port alone is of loopback. Throws an Error that follows the name of a setting. */
export function hostPort(text: string): HostPort {
  const parts = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(text.trim())
  const port = Number(parts?.[3])
  if (!parts || port > 65_535) throw new Error(`must be host:port, not "${text}"`)
  return { host: parts[1] ?? (parts[2] || '127.0.0.1'), port }
}
