import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { run } from './command.ts'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { askOk } from './http.ts'
import { freePorts } from './ports.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'

export interface PrometheusOptions extends ServiceOptions {
  /** Its prometheus.yml; the port it listens on is its own affair. */
  readonly config: string
}

export interface PrometheusServer extends Service {
  readonly url: string
}

/** Why there is no Prometheus here, for a test to skip with; undefined where there can be one. With CI=true nothing is skipped. */
export function prometheusUnavailable(): string | undefined {
  if (process.env['CI'] === 'true' || installed() !== undefined) return undefined
  const { status } = spawnSync('sh', ['-c', 'command -v apt-get dpkg-deb'], { stdio: 'ignore' })
  return status === 0 ? undefined : 'there is no prometheus on the PATH, and no apt-get to have it from'
}

/** Starts Prometheus: the one on the PATH, else Debian's package, unpacked into the cache. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const dir = resolve(options.dir)
  const { ports, address: url } = await serviceState(dir, async () => {
    const found = await freePorts(1)
    return { kind: 'prometheus', version: 'debian', ports: found, address: `http://127.0.0.1:${found[0]}` }
  })
  const command = await program('prometheus', options.signal)
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'prometheus.yml'), options.config)
  const listen = `--web.listen-address=127.0.0.1:${ports[0]}`
  const server = daemon({
    name: 'prometheus',
    dir,
    command,
    args: [`--config.file=${dir}/prometheus.yml`, `--storage.tsdb.path=${dir}/data`, listen],
    mark: listen,
    ready: async (within) => void (await askOk(`${url}/-/ready`, within)),
  })
  const prometheus = { dir, url, ...together([server]) }
  await prometheus.start(options)
  return prometheus
}

/** Runs promtool, which comes with Prometheus. Rejects, with what it printed, where it finds fault. */
export async function promtool(args: readonly string[], cwd: string): Promise<string> {
  const command = await program('promtool')
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`promtool ${args.join(' ')}: ${error?.message ?? stdout + stderr}`)
}

async function program(name: 'prometheus' | 'promtool', signal?: AbortSignal): Promise<string> {
  return installed(name) ?? join(await unpacked(signal), 'usr/bin', name)
}

function installed(name = 'prometheus'): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** The package's files, installed nowhere. */
async function unpacked(signal: AbortSignal | undefined): Promise<string> {
  return cached(
    'prometheus-debian',
    async (folder) => {
      const logFile = join(cacheRoot(), 'logs', 'prometheus.log')
      const script =
        'cd "$1" && { apt-get download prometheus || { apt-get update && apt-get download prometheus; }; } && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb'
      const args = ['-c', script, 'sh', folder]
      await run({ command: 'sh', args, task: 'download the Debian package prometheus', logFile, signal })
    },
    signal,
  )
}
