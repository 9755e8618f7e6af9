import { ConfigurationError, defineSource, type Json, list } from '@sluice/template'
import { pluginOf } from '../plugins/registry.ts'
import type { TaskStatus } from '../task/task.ts'
import { Connector } from './connector.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import type { SplitRequest, TaskHost, TaskSpec } from './task-host.ts'

const plugin = pluginOf(
  defineSource({
    name: 'tables',
    version: '1',
    doc: 'For tests.',
    config: { tables: list({ doc: 'Tables.' }) },
    parseOffset: (raw) => raw,
    open: async () => ({ poll: async () => [] }),
  }),
)

function plan(tables: string): ConnectorPlan {
  const config = { tasksMax: 5, tasksMaxEnforce: true, tasksDedicatedThread: false }
  return { plugin, settings: new Map([['tables', tables]]), config: config as ConnectorPlan['config'] }
}

interface Splitting extends SplitRequest {
  readonly answer: PromiseWithResolvers<readonly Json[]>
}

/** A connector whose work a test divides, and whose tasks are only written down. */
function scene() {
  const splits: Splitting[] = []
  const watched: (SplitRequest & { readonly slices: readonly Json[] })[] = []
  const started: TaskSpec[] = []
  const statuses: TaskStatus[] = []
  const host: TaskHost = {
    refusal: () => undefined,
    check: async () => [],
    alterOffsets: async () => ({ outcome: 'done', adjusted: false }),
    close: async () => {},
    split: (request) => {
      const answer = Promise.withResolvers<readonly Json[]>()
      splits.push({ ...request, answer })
      return answer.promise
    },
    watch: (request, slices) => void watched.push({ ...request, slices }),
    start: (spec) => {
      started.push(spec)
      const status: TaskStatus = { state: 'RUNNING' }
      return {
        status: () => status,
        pause: () => {},
        resume: () => {},
        restart: async () => {},
        stop: async () => {},
      }
    },
  }
  const connector = new Connector('a', plan('x'), {
    host,
    gracefulTimeoutMs: 1000,
    splitTimeoutMs: 1000,
    target: 'RUNNING',
    changed: ({ task, status }) => void (task === undefined && statuses.push(status)),
  })
  const untilSplit = async (count: number): Promise<Splitting> => {
    while (splits.length < count) await new Promise((resolve) => setImmediate(resolve))
    return splits[count - 1]!
  }
  return { connector, started, watched, statuses, untilSplit }
}

describe('a connector', () => {
  it('goes on to its new settings, although dividing the work by the old ones fails at that moment', async () => {
    const { connector, started, statuses, untilSplit } = scene()
    connector.start()
    const first = await untilSplit(1)
    first.answer.reject(new Error('The database is down.'))
    connector.configure(plan('y'))
    const second = await untilSplit(2)
    second.answer.resolve(['y'])
    await connector.settled()
    expect(started.map(({ settings }) => settings.get('tables'))).toEqual(['y'])
    expect(statuses.map(({ state }) => state)).toEqual(['RUNNING'])
    await connector.close(100)
  })

  it('waits for new settings when those that it has are refused, and tries again by itself otherwise', async () => {
    const { connector, untilSplit } = scene()
    connector.start()
    const first = await untilSplit(1)
    first.answer.reject(new ConfigurationError('tables names none that exists'))
    await connector.settled()
    expect(connector.status).toMatchObject({ state: 'FAILED' })
    expect(connector.status.nextTryAt).toBeUndefined()
    connector.configure(plan('y'))
    const second = await untilSplit(2)
    second.answer.reject(new Error('The database is down.'))
    await connector.settled()
    expect(connector.status.nextTryAt).toBeGreaterThan(0)
    await connector.close(100)
  })

  it('opens no task for slices that came too late', async () => {
    const { connector, started, untilSplit } = scene()
    connector.start()
    const first = await untilSplit(1)
    first.answer.resolve(['x'])
    connector.stop()
    await connector.settled()
    expect(started).toEqual([])
    expect(connector.status.state).toBe('STOPPED')
  })

  it('is watched beside its tasks, and gives them what the watch says has changed', async () => {
    const { connector, started, watched, untilSplit } = scene()
    connector.start()
    ;(await untilSplit(1)).answer.resolve(['x', 'y'])
    await connector.settled()
    expect(watched.map(({ slices }) => slices)).toEqual([['x', 'y']])
    watched[0]!.divided(['x', 'z'])
    await connector.settled()
    expect(started.map(({ slice }) => slice)).toEqual(['x', 'y', 'z'])
    expect(watched[0]!.signal.aborted).toBe(false)
    connector.stop()
    watched[0]!.divided(['x'])
    await connector.settled()
    expect(watched[0]!.signal.aborted).toBe(true)
    expect(started).toHaveLength(3)
  })

  it('refuses more slices than tasks.max, when it was divided anew, too', async () => {
    const { connector, watched, untilSplit } = scene()
    connector.start()
    ;(await untilSplit(1)).answer.resolve(['x'])
    await connector.settled()
    watched[0]!.divided(['1', '2', '3', '4', '5', '6'])
    await connector.settled()
    expect(connector.status.trace).toContain(
      'tasks.max is 5, but the connector divides its work into 6 tasks',
    )
  })
})
