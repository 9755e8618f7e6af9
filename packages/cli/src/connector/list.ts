import { renderTable } from '../stack/table.ts'
import type { Expanded, Info, Status } from './bodies.ts'
import type { RestClient } from './rest-client.ts'

export interface Listed {
  readonly name: string
  readonly type: string
  readonly class: string | null
  readonly state: string
  readonly worker: string
  readonly tasks: ReadonlyArray<{ readonly id: number; readonly state: string; readonly worker: string }>
}

/** All connectors, by name. */
export async function listed(rest: RestClient): Promise<readonly Listed[]> {
  const all = await rest.call<Expanded>('GET', '/connectors?expand=status&expand=info')
  return Object.entries(all)
    .map(([name, { status, info }]) => describe(name, status, info))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function describe(name: string, status: Status | undefined, info: Info | undefined): Listed {
  return {
    name,
    type: status?.type ?? info?.type ?? 'unknown',
    class: info?.config['connector.class'] ?? null,
    state: status?.connector.state ?? 'UNASSIGNED',
    worker: status?.connector.worker_id ?? '',
    tasks: (status?.tasks ?? []).map(({ id, state, worker_id }) => ({ id, state, worker: worker_id })),
  }
}

export function listText(connectors: readonly Listed[]): string {
  if (connectors.length === 0)
    return 'There are no connectors. Make one: sluice connector create orders.json\n'
  return renderTable([
    ['NAME', 'TYPE', 'STATE', 'TASKS', 'CLASS', 'WORKER'],
    ...connectors.map((one) => [
      one.name,
      one.type,
      one.state,
      tasksText(one.tasks),
      one.class ?? '-',
      one.worker || '-',
    ]),
  ])
}

/** `3 running`, `2 running, 1 failed`. */
export function tasksText(tasks: ReadonlyArray<{ readonly state: string }>): string {
  const counts = Map.groupBy(tasks, ({ state }) => state.toLowerCase())
  return [...counts].map(([state, some]) => `${some.length} ${state}`).join(', ') || 'none'
}
