import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { daemonsIn, stopDaemonsIn } from './daemon.ts'
import { type ElasticsearchServer, startElasticsearch } from './elasticsearch.ts'
import { type HdfsServer, startHdfs } from './hdfs.ts'
import { type KafkaServer, startKafka } from './kafka.ts'
import { withLock } from './lock.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { readServiceState } from './service.ts'

export const serviceNames = ['kafka', 'postgres', 'elasticsearch', 'hdfs'] as const

export type ServiceName = (typeof serviceNames)[number]

export interface Stack {
  readonly kafka: KafkaServer
  readonly postgres: PostgresServer
  readonly elasticsearch: ElasticsearchServer
  readonly hdfs: HdfsServer
}

export interface StackOptions<Name extends ServiceName = ServiceName> {
  /** Holds a folder for each server. */
  readonly dir: string
  /** Default: all four. */
  readonly services?: readonly Name[] | undefined
}

export interface StackUpOptions<Name extends ServiceName> extends StackOptions<Name> {
  readonly signal?: AbortSignal | undefined
  /** Called when a server's start begins and when it is ready. */
  readonly onProgress?: ((progress: StackProgress) => void) | undefined
}

export type StackProgress =
  | { readonly service: ServiceName; readonly state: 'starting' }
  | { readonly service: ServiceName; readonly state: 'ready'; readonly elapsedMs: number }

export interface ServiceStatus {
  readonly service: ServiceName
  readonly state: 'running' | 'stopped' | 'absent'
  readonly version: string | undefined
  /** Bootstrap servers or a URL. It is the same after a restart. */
  readonly address: string | undefined
  readonly pids: readonly number[]
  readonly dir: string
}

const starters: {
  readonly [Name in ServiceName]: (options: {
    dir: string
    signal?: AbortSignal | undefined
  }) => Promise<Stack[Name]>
} = {
  kafka: startKafka,
  postgres: startPostgres,
  elasticsearch: startElasticsearch,
  hdfs: startHdfs,
}

/**
 * Starts one server of each kind that is asked for, at once, or finds it running: a second call returns the same
 * addresses. The servers outlive this process. Rejects with all that went wrong; what did start goes on running.
 */
export async function stackUp<Name extends ServiceName = ServiceName>(
  options: StackUpOptions<Name>,
): Promise<Pick<Stack, Name>> {
  const dir = resolve(options.dir)
  const wanted = (options.services ?? serviceNames) as readonly Name[]
  const started = await Promise.allSettled(
    wanted.map(async (name) => [name, await startOne(name, { ...options, dir })] as const),
  )
  const failures = started.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []))
  const [first, ...others] = failures
  if (first && others.length === 0) throw first
  if (first) throw new AggregateError(failures, failures.map(({ message }) => message).join('\n\n'))
  return Object.fromEntries(
    started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
  ) as unknown as Pick<Stack, Name>
}

/** Stops the servers; their data and ports stay for the next `stackUp`, unless `remove` takes them away. */
export async function stackDown({
  dir,
  services = serviceNames,
  remove = false,
}: StackOptions & {
  readonly remove?: boolean | undefined
}): Promise<void> {
  await Promise.all(
    services.map((name) =>
      locked(resolve(dir), name, async () => {
        const folder = join(resolve(dir), name)
        await stopDaemonsIn(folder)
        if (remove) await rm(folder, { recursive: true, force: true })
      }),
    ),
  )
}

/** What there is in the folder and what of it runs. Asks the system, not the servers. */
export async function stackStatus({
  dir,
  services = serviceNames,
}: StackOptions): Promise<readonly ServiceStatus[]> {
  return await Promise.all(
    services.map(async (service) => {
      const folder = join(resolve(dir), service)
      const known = await readServiceState(folder)
      const pids = await daemonsIn(folder)
      const state = pids.length > 0 ? 'running' : known ? 'stopped' : 'absent'
      return { service, state, version: known?.version, address: known?.address, pids, dir: folder } as const
    }),
  )
}

async function startOne<Name extends ServiceName>(
  name: Name,
  { dir, signal, onProgress }: StackUpOptions<Name>,
): Promise<Stack[Name]> {
  const before = performance.now()
  onProgress?.({ service: name, state: 'starting' })
  const server = await locked(dir, name, () => starters[name]({ dir: join(dir, name), signal }), signal)
  onProgress?.({ service: name, state: 'ready', elapsedMs: performance.now() - before })
  return server
}

/** Two calls at once, from two terminals, must not both format the same folder. */
async function locked<T>(
  dir: string,
  name: ServiceName,
  body: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return await withLock(join(dir, `${name}.lock`), body, { signal })
}
