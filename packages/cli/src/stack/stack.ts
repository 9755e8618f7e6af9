import { relative } from 'node:path'
import {
  type ServiceName,
  type ServiceStatus,
  type StackProgress,
  stackDown,
  stackStatus,
  stackUp,
} from '@sluice/testkit/services'
import { renderTable } from './table.ts'

export interface StackCommandOptions {
  readonly dir: string
  /** Empty: all. */
  readonly services: readonly ServiceName[]
  readonly json: boolean
}

/** Starts the servers or finds them running, and says where they are. Progress goes to `report`. */
export async function up(
  options: StackCommandOptions,
  { report, signal }: { readonly report: (line: string) => void; readonly signal: AbortSignal },
): Promise<string> {
  const { dir } = options
  const services = chosen(options)
  await stackUp({ dir, services, signal, onProgress: (progress) => report(progressLine(progress)) })
  return statusText(await stackStatus({ dir, services }), options)
}

/** Stops the servers; with `remove`, deletes what they have stored. */
export async function down(options: StackCommandOptions & { readonly remove: boolean }): Promise<string> {
  const { dir, remove } = options
  const services = chosen(options)
  await stackDown({ dir, services, remove })
  return statusText(await stackStatus({ dir, services }), options)
}

/** Says what runs and where. */
export async function status(options: StackCommandOptions): Promise<string> {
  return statusText(await stackStatus({ dir: options.dir, services: chosen(options) }), options)
}

export function progressLine(progress: StackProgress): string {
  if (progress.state === 'starting') return `${progress.service}: starting`
  return `${progress.service}: ready after ${(progress.elapsedMs / 1000).toFixed(1)} s`
}

export function statusText(
  statuses: readonly ServiceStatus[],
  { json }: Pick<StackCommandOptions, 'json'>,
): string {
  if (json) {
    const byName = Object.fromEntries(statuses.map(({ service, ...rest }) => [service, rest]))
    return `${JSON.stringify(byName, undefined, 2)}\n`
  }
  const rows = statuses.map(({ service, version, state, address, dir }) => [
    service,
    version ?? '-',
    state,
    address ?? '-',
    shortest(dir),
  ])
  return renderTable([['SERVER', 'VERSION', 'STATE', 'ADDRESS', 'DATA AND LOGS'], ...rows])
}

function shortest(dir: string): string {
  const fromHere = relative(process.cwd(), dir)
  return fromHere.startsWith('..') ? dir : fromHere
}

/** `undefined` is every server that there is. */
function chosen({ services }: StackCommandOptions): readonly ServiceName[] | undefined {
  return services.length > 0 ? services : undefined
}
