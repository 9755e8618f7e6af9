import { readFile } from 'node:fs/promises'
import type { MetricsConfig } from '../config/fields.ts'

/** The headers of a scrape beside the usual ones. A token in a file may have changed since the last. */
export async function requestHeaders(config: MetricsConfig): Promise<Readonly<Record<string, string>>> {
  const timeout = { 'x-prometheus-scrape-timeout-seconds': String(config.scrapeTimeoutMs / 1000) }
  return { ...timeout, ...(await login(config)), ...config.scrapeHeaders }
}

async function login(config: MetricsConfig): Promise<Readonly<Record<string, string>>> {
  const { scrapeUser: user, scrapeBearerToken: token, scrapeBearerTokenFile: file } = config
  if (user !== undefined) {
    const text = Buffer.from(`${user}:${config.scrapePassword ?? ''}`).toString('base64')
    return { authorization: `Basic ${text}` }
  }
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  if (file === undefined) return {}
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Error(`scrape.bearer.token.file can't be read: ${cause.message}`, { cause })
  })
  return { authorization: `Bearer ${text.trim()}` }
}
