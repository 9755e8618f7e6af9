import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Monitoring {
  /** Where it is written to; it must be empty or not there. */
  readonly dir: string
  /** Workers as `host:port`, the port of their REST. */
  readonly workers: readonly string[]
  /** Hosts of the brokers of a cluster on Amazon MSK with open monitoring; none: they aren't scraped. */
  readonly brokers: readonly string[]
}

/**
 * Writes Prometheus' configuration with these addresses, alert rules and Grafana dashboards into a folder, and returns what to do next. Throws an Error that says what is wrong with
 * an address or the folder.
 */
export async function writeMonitoring({ dir, workers, brokers }: Monitoring): Promise<string> {
  for (const worker of workers) {
    if (!/^[\w.-]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(worker))
      throw new Error(`"${worker}" can't be a worker: write host:port, as in "worker-1:8083".`)
  }
  for (const broker of brokers) {
    if (!/^[\w.-]+$/.test(broker)) throw new Error(`"${broker}" can't be a broker: write its host alone.`)
  }
  const target = resolve(dir)
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw new Error(`${target} is not empty; choose another folder.`)
  const from = monitoringFolder()
  await mkdir(target, { recursive: true })
  const scrape = await readFile(join(from, 'prometheus', 'scrape.yml'), 'utf8')
  await writeFile(join(target, 'prometheus.yml'), withAddresses(scrape, { workers, brokers }))
  await cp(join(from, 'prometheus', 'alerts.yml'), join(target, 'alerts.yml'))
  await cp(join(from, 'grafana'), join(target, 'grafana'), { recursive: true })
  const shown = relative(process.cwd(), target) || '.'
  return `Wrote ${shown}. Next:\n\n  prometheus --config.file=${shown}/prometheus.yml\n\nand import ${shown}/grafana/*.json into Grafana.\n`
}

/** The configuration with addresses in place of the examples'; jobs without an address are left out. */
export function withAddresses(
  text: string,
  { workers, brokers }: Pick<Monitoring, 'workers' | 'brokers'>,
): string {
  const [head = '', ...jobs] = text.split(/^(?=  (?:#|- job_name))/m)
  const kept = jobs.filter((job) => brokers.length > 0 || !/msk|MSK/.test(job))
  const list = (addresses: readonly string[]) => `targets: [${addresses.map((one) => `'${one}'`).join(', ')}]`
  return [head.replace(/^#.*\n/, ''), ...kept]
    .join('')
    .replace(/targets: \['worker-.*\]/, list(workers))
    .replaceAll(/targets: \['b-1\.example:(\d+)'.*\]/g, (_all, port: string) =>
      list(brokers.map((broker) => `${broker}:${port}`)),
    )
}

/** Published, the files lie beside `dist`; in a clone they are the repository's own. */
function monitoringFolder(): string {
  const packed = fileURLToPath(new URL('../../scaffolds/monitoring', import.meta.url))
  return existsSync(packed) ? packed : fileURLToPath(new URL('../../../../monitoring', import.meta.url))
}
