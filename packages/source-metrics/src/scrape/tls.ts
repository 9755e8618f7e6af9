import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'

export interface TlsOptions {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
  readonly servername?: string
  readonly rejectUnauthorized: boolean
}

/** How https targets are trusted, and what they are shown. */
export async function tlsOptions(config: MetricsConfig): Promise<TlsOptions> {
  const { scrapeTlsServerName: servername } = config
  const [ca, cert, key] = await Promise.all([
    file('scrape.tls.ca.file', config.scrapeTlsCaFile),
    file('scrape.tls.cert.file', config.scrapeTlsCertFile),
    file('scrape.tls.key.file', config.scrapeTlsKeyFile),
  ])
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(servername && { servername }),
    rejectUnauthorized: !config.scrapeTlsInsecureSkipVerify,
  }
}

async function file(setting: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined || path === '') return undefined
  return readFile(path).catch((cause: Error) => {
    throw new ConfigurationError(`${setting} can't be read: ${cause.message}`, { cause })
  })
}
