import { renderTable } from '../stack/table.ts'
import { type Expanded, pathOf, type State, type Status } from './bodies.ts'
import type { RestClient } from './rest-client.ts'

/** Of these connectors, or of all of them by name. */
export async function statuses(rest: RestClient, names: readonly string[]): Promise<readonly Status[]> {
  if (names.length > 0)
    return Promise.all(names.map((name) => rest.call<Status>('GET', pathOf(name, 'status'))))
  const all = await rest.call<Expanded>('GET', '/connectors?expand=status')
  return Object.values(all)
    .flatMap(({ status }) => (status === undefined ? [] : [status]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function hasFailed({ connector, tasks }: Status): boolean {
  return [connector, ...tasks].some(({ state }) => state === 'FAILED')
}

/** One block a connector. `trace`: all of what failed, not its first line only. */
export function statusText(all: readonly Status[], { trace }: { readonly trace: boolean }): string {
  if (all.length === 0) return 'There are no connectors.\n'
  return all.map((one) => blockOf(one, trace)).join('\n')
}

function blockOf({ name, type, connector, tasks }: Status, trace: boolean): string {
  const rows = [
    ['connector', connector.state, connector.worker_id, noteOf(connector, trace)],
    ...tasks.map((task) => [`task ${task.id}`, task.state, task.worker_id, noteOf(task, trace)]),
  ]
  const table = renderTable(rows).replace(/^/gm, '  ').trimEnd()
  const traces = trace
    ? [
        { ...connector, what: 'connector' },
        ...tasks.map((task) => ({ ...task, what: `task ${task.id}` })),
      ].flatMap((one) =>
        one.trace ? [`\n  ${one.what}:\n${one.trace.trimEnd().replace(/^/gm, '    ')}`] : [],
      )
    : []
  return `${name} (${type})\n${table}${traces.join('\n')}\n`
}

const usualWidth = 100

function noteOf({ trace, detail }: State, isBelow: boolean): string {
  if (detail !== undefined) return detail
  if (trace === undefined || isBelow) return ''
  const [first = ''] = trace.split('\n')
  const next = trace.split('\n').find((line) => line.startsWith('It restarts itself')) ?? ''
  const text = first.length > usualWidth ? `${first.slice(0, usualWidth)}...` : first
  return next === '' ? text : `${text} ${next}`
}
