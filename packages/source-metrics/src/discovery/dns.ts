import { Resolver } from 'node:dns/promises'
import { ConfigurationError } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import type { Found } from './found.ts'

/** Targets that DNS names: SRV records with their ports, or addresses with the port of the settings. */
export async function dnsTargets(
  config: Pick<MetricsConfig, 'scrapeDnsNames' | 'scrapeDnsType' | 'scrapeDnsPort' | 'scrapeDnsServer'>,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const { scrapeDnsNames: names, scrapeDnsServer: server } = config
  if (names.length === 0) return []
  const resolver = new Resolver({ timeout: 2_000, tries: 3 })
  if (server !== undefined) resolver.setServers([server])
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return (await Promise.all(names.map((name) => lookUp(resolver, { name, config })))).flat()
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function lookUp(
  resolver: Resolver,
  { name, config }: { name: string; config: Pick<MetricsConfig, 'scrapeDnsType' | 'scrapeDnsPort'> },
): Promise<readonly Found[]> {
  const { scrapeDnsType: type, scrapeDnsPort: port } = config
  const labels = [['__meta_dns_name', name]] as const
  try {
    if (type === 'SRV') {
      const records = await resolver.resolveSrv(name)
      return records.map((one) => ({ address: `${one.name}:${one.port}`, labels }))
    }
    if (port === undefined) {
      throw new ConfigurationError(
        'scrape.dns.port is missing: records of type A and AAAA say nothing of a port.',
      )
    }
    const addresses = type === 'A' ? await resolver.resolve4(name) : await resolver.resolve6(name)
    return addresses.map((one) => ({ address: type === 'A' ? `${one}:${port}` : `[${one}]:${port}`, labels }))
  } catch (cause) {
    // there may be none at the moment
    if ((cause as NodeJS.ErrnoException).code === 'ENODATA') return []
    if (cause instanceof ConfigurationError) throw cause
    throw new Error(`DNS gives no ${type} records of ${name}: ${(cause as Error).message}`, { cause })
  }
}
