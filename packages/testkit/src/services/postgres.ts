import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { run } from './command.ts'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { freePorts } from './ports.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { postgresArguments } from './postgres-config.ts'
import { type Service, type ServiceOptions, serviceState, writeServiceState } from './service.ts'
import { giveAway, unprivileged } from './unprivileged.ts'

export interface PostgresOptions extends ServiceOptions {
  /** By the names of postgresql.conf. A change takes effect at the next start. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface PostgresServer extends Service {
  /** Of the database `postgres`, as its superuser `postgres`, whose password is `postgres` too. */
  readonly url: string
  readonly port: number
}

/** Starts PostgreSQL with logical decoding and prepared transactions allowed, or finds it running. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const postgres = await openPostgres({ ...options, dir: resolve(options.dir) })
  await postgres.start(options)
  return postgres
}

async function openPostgres({ dir, signal, settings = {} }: PostgresOptions): Promise<PostgresServer> {
  const bin = await postgresBinaries(signal)
  const state = await serviceState(dir, async () => {
    const ports = await freePorts(1)
    const address = `postgres://postgres:postgres@127.0.0.1:${ports[0]}/postgres`
    return { kind: 'postgres', version: await versionOf(bin), ports, address }
  })
  const port = state.ports[0] as number
  const url = state.address
  const dataDir = join(dir, 'data')
  if (!state.prepared) {
    await initialise(dir, { bin, dataDir, signal })
    await writeServiceState(dir, { ...state, prepared: true })
  }
  const args = postgresArguments({ port, dataDir, socketDir: dataDir, settings })
  const process = daemon({
    name: 'postgres',
    dir,
    ...unprivileged({ command: join(bin, 'postgres'), args, cwd: dataDir }, [bin, dir]),
    mark: dataDir,
    // "fast": SIGTERM would wait until the last client has gone
    stopSignal: 'SIGINT',
    ready: (within) => answersQueries(url, within),
  })
  return {
    dir,
    url,
    port,
    ...together([process]),
  }
}

async function versionOf(bin: string): Promise<string> {
  const { stdout } = await promisify(execFile)(join(bin, 'postgres'), ['--version'])
  return /\d+(\.\d+)*/.exec(stdout)?.[0] ?? stdout.trim()
}

async function initialise(
  dir: string,
  {
    bin,
    dataDir,
    signal,
  }: { readonly bin: string; readonly dataDir: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const passwordFile = join(dir, 'password')
  await writeFile(passwordFile, 'postgres\n', { mode: 0o600 })
  await Promise.all([giveAway(dataDir), giveAway(passwordFile)])
  const args = ['-D', dataDir, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const initdb = {
    command: join(bin, 'initdb'),
    args: [...args, '--encoding=UTF8', '--no-locale', '--no-sync'],
  }
  await run({
    ...unprivileged({ ...initdb, cwd: dataDir }, [bin, dir]),
    task: `make a PostgreSQL database in ${dataDir}`,
    logFile: join(dir, 'initdb.log'),
    signal,
  })
  await rm(passwordFile)
}

async function answersQueries(url: string, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 4_000,
    query_timeout: 4_000,
  })
  // a server that goes away while it is asked is not ready, nothing more
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    signal.throwIfAborted()
    await client.end()
  } catch (error) {
    // not waited for: a server that is frozen never says goodbye
    void client.end().catch(() => {})
    throw error
  }
}
