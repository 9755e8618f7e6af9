import { defineSource } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import { pluginOf } from '../../plugins/registry.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import type { ClusterState } from '../logs/cluster-state.ts'
import { publishTasks } from './publish-tasks.ts'
import { taskRecord } from './task-record.ts'

const settings = new Map([['connector.class', 'a']])
const definition = defineSource({
  name: 'a',
  version: '1',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => raw as { n: number },
  open: async () => ({ poll: async () => [] }),
})
const plan = { settings, plugin: pluginOf(definition), config: {} } as unknown as ConnectorPlan

const committed = (
  tasks: readonly Settings[],
  { inconsistent = false, hasUncommitted = false } = {},
): ClusterState => {
  const config = {
    settings,
    target: 'STARTED',
    tasks,
    taskCount: tasks.length,
    inconsistent,
    hasUncommitted,
    taskGeneration: 0,
  }
  return { connectors: new Map([['c', config]]) } as unknown as ClusterState
}

describe('the tasks of a connector', () => {
  const slices = [1, 2]
  const records = slices.map((slice) => taskRecord(settings, slice))
  const how = { plan, slices, signal: new AbortController().signal }

  it('are written where they differ from those that are committed, and else left', async () => {
    const written: unknown[] = []
    const put = async (_: string, tasks: readonly Settings[]): Promise<void> => void written.push(tasks)
    const failed = (): void => {}
    await publishTasks('c', how, { state: () => committed(records), put, failed })
    expect(written).toEqual([])
    const others = [
      committed([]),
      committed(records.slice(1)),
      committed(records, { inconsistent: true }),
      committed(records, { hasUncommitted: true }),
    ]
    for (const state of others) await publishTasks('c', how, { state: () => state, put, failed })
    expect(written).toEqual(others.map(() => records))
  })

  it('are tried again until the leader takes them', async () => {
    let tries = 0
    const put = async (): Promise<void> => {
      if (++tries < 3) throw new Error('409')
    }
    await publishTasks('c', how, { state: () => committed([]), put, failed: () => {} })
    expect(tries).toBe(3)
  })

  it('are given up when something else is wanted', async () => {
    const life = new AbortController()
    const put = async (): Promise<void> => {
      life.abort()
      throw new Error('409')
    }
    await publishTasks(
      'c',
      { ...how, signal: life.signal },
      { state: () => committed([]), put, failed: () => {} },
    )
    expect(life.signal.aborted).toBe(true)
  })
})
