import { labelsOf } from '../model/labels.ts'

/** One endpoint to scrape, as a slice of the work carries it. */
export type Target = {
  readonly url: string
  /** `instance`, `job` and what else all its series bear, sorted. */
  readonly labels: readonly (readonly [string, string])[]
}

export interface TargetDefaults {
  readonly scheme: string
  readonly path: string
  /** Empty: the task's connector gives its name. */
  readonly job: string
  /** Of all targets. */
  readonly labels: Iterable<readonly [string, string]>
}

/** A target of an address, `host:port` or a URL, and of labels of its own. Throws an Error that says what is wrong with it. */
export function targetOf(
  address: string,
  own: Iterable<readonly [string, string]>,
  defaults: TargetDefaults,
): Target {
  const labels = new Map([['job', defaults.job], ...defaults.labels, ...own])
  // Prometheus' ways to say it for one target
  const scheme = take(labels, '__scheme__') ?? defaults.scheme
  const path = take(labels, '__metrics_path__')
  for (const name of labels.keys()) if (name.startsWith('__')) labels.delete(name)
  const url = parsed(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `${scheme}://${address}`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`"${address}" is no address that can be scraped: it must be http or https`)
  if (path !== undefined) url.pathname = path
  else if (url.pathname === '/' && !address.endsWith('/')) url.pathname = defaults.path
  if (!labels.has('instance')) labels.set('instance', instanceOf(url))
  return { url: url.href, labels: labelsOf(labels) }
}

/** `host:port`, the port also where it is the usual one. */
function instanceOf(url: URL): string {
  return url.port === '' ? `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}` : url.host
}

function parsed(text: string): URL {
  if (!URL.canParse(text)) throw new Error(`"${text}" is no address: write host:port or a URL`)
  return new URL(text)
}

function take(labels: Map<string, string>, name: string): string | undefined {
  const value = labels.get(name)
  labels.delete(name)
  return value
}
