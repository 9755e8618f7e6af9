import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartOptions } from './daemon.ts'
import { readState, writeState } from './state-file.ts'

/** What every server offers, one process or several. Stopped and killed servers keep their data and their ports. */
export interface Service {
  readonly dir: string
  /** Whether all of its processes run. */
  running(): boolean
  /** Starts what doesn't run, on the same data and ports, and waits until it does its work: at most three minutes. */
  start(options?: StartOptions): Promise<void>
  /** Ends it in order; kills it after 30 s. */
  stop(): Promise<void>
  /** Ends it as a crash would: SIGKILL. */
  kill(): Promise<void>
  /** Freezes it (SIGSTOP): connections stay open and nothing answers. */
  pause(): void
  /** Lets it go on (SIGCONT). */
  resume(): void
}

export interface ServiceOptions extends StartOptions {
  /** Keeps the server's data, configuration, log and record. Made where missing, found again by the next start. */
  readonly dir: string
}

export type ServiceState = {
  readonly kind:
    | 'kafka'
    | 'postgres'
    | 'elasticsearch'
    | 'hdfs'
    | 'httpfs'
    | 'prometheus'
    | 'schema-registry'
    | 'kafka-connect'
    | 'moto'
    | 'msk'
  readonly version: string
  readonly ports: readonly number[]
  /** What clients are told: bootstrap servers or a URL. */
  readonly address: string
  /** Whether there is what the first start makes once: a formatted storage, a database cluster. */
  readonly prepared: boolean
}

/** Reads what the folder says about its server, or writes what `fresh` says for a new one. */
export async function serviceState(
  dir: string,
  fresh: () => Promise<Omit<ServiceState, 'prepared'>>,
): Promise<ServiceState> {
  const known = await readServiceState(dir)
  if (known) return known
  const state = { ...(await fresh()), prepared: false }
  await writeServiceState(dir, state)
  return state
}

/** Rejects a folder made for something else: its data would not fit. */
export function refuseOther<T>(
  dir: string,
  what: string,
  { held, wanted }: { readonly held: T; readonly wanted: T | undefined },
): void {
  if (wanted === undefined || wanted === held) return
  throw new Error(
    `${dir} holds ${what} ${String(held)}, not ${String(wanted)}: choose another folder or remove it`,
  )
}

export function readServiceState(dir: string): Promise<ServiceState | undefined> {
  return readState<ServiceState>(join(dir, 'service.json'))
}

export async function writeServiceState(dir: string, state: ServiceState): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeState(join(dir, 'service.json'), state)
}
