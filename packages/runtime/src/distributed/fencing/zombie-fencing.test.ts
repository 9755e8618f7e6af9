import type { ClusterState, ConnectorConfig } from '../logs/cluster-state.ts'
import { fencingNeed } from './fencing-need.ts'
import { ZombieFencing } from './zombie-fencing.ts'

const connector = (more: Partial<ConnectorConfig>): ConnectorConfig => ({
  settings: new Map(),
  target: 'STARTED',
  tasks: [],
  taskCount: 1,
  inconsistent: false,
  hasUncommitted: false,
  taskGeneration: 0,
  appliedSettings: undefined,
  fencedTaskCount: undefined,
  fencingPending: true,
  ...more,
})

describe('whether former tasks have to be fenced', () => {
  it.each([
    ['fenced already', { fencingPending: false, fencedTaskCount: 3, taskCount: 5 }, 'nothing'],
    ['the first tasks ever', { taskCount: 5 }, 'note'],
    ['one after one', { fencedTaskCount: 1, taskCount: 1 }, 'note'],
    ['several after one', { fencedTaskCount: 1, taskCount: 2 }, { fence: 1 }],
    ['one after several', { fencedTaskCount: 3, taskCount: 1 }, { fence: 3 }],
  ])('%s', (_name, config, need) => {
    expect(fencingNeed(connector(config))).toEqual(need)
  })
})

describe('the fencing of former tasks', () => {
  function scene(config: Partial<ConnectorConfig>) {
    const seen = { config: connector(config), steps: [] as string[], failing: 0 }
    const fencing = new ZombieFencing({
      groupId: 'g',
      state: () => ({ connectors: new Map([['c', seen.config]]) }) as unknown as ClusterState,
      refresh: async () => {},
      putTaskCount: async (_name, tasks) => {
        seen.steps.push(`count ${tasks}`)
        seen.config = { ...seen.config, fencedTaskCount: tasks, fencingPending: false }
      },
      fenceProducers: async (ids) => {
        seen.steps.push(`fence ${ids.join(' ')}`)
        if (seen.failing-- > 0) throw new Error('No coordinator answers.')
      },
    })
    return Object.assign(seen, { fencing })
  }

  it('fences all of the former generation, then notes how many come', async () => {
    const seen = scene({ fencedTaskCount: 3, taskCount: 2, taskGeneration: 4 })
    await seen.fencing.fenceBefore('c', 4)
    expect(seen.steps).toEqual(['fence g-c-0 g-c-1 g-c-2', 'count 2'])
  })

  it('fences once for all tasks that wait', async () => {
    const seen = scene({ fencedTaskCount: 2, taskCount: 3 })
    await Promise.all([1, 2, 3].map(() => seen.fencing.fenceBefore('c')))
    expect(seen.steps).toEqual(['fence g-c-0 g-c-1', 'count 3'])
  })

  it('notes nothing where fencing failed, and fences again when asked again', async () => {
    const seen = scene({ fencedTaskCount: 2, taskCount: 2 })
    seen.failing = 1
    await expect(seen.fencing.fenceBefore('c')).rejects.toThrow('No coordinator')
    await seen.fencing.fenceBefore('c')
    expect(seen.steps).toEqual(['fence g-c-0 g-c-1', 'fence g-c-0 g-c-1', 'count 2'])
  })

  it('lets no task of a generation start that is over', async () => {
    const seen = scene({ fencedTaskCount: 2, taskCount: 2, taskGeneration: 5 })
    await expect(seen.fencing.fenceBefore('c', 4)).rejects.toThrow('divided anew')
    await expect(seen.fencing.fenceBefore('gone')).rejects.toThrow('not found')
    expect(seen.steps).toEqual([])
  })

  it('notes nothing where the tasks were divided anew meanwhile', async () => {
    const seen = scene({ fencedTaskCount: 2, taskCount: 2, taskGeneration: 5 })
    const fenced = seen.fencing.fenceBefore('c', 5)
    seen.config = { ...seen.config, taskGeneration: 6, taskCount: 4 }
    await expect(fenced).rejects.toThrow('divided anew')
    expect(seen.steps.filter((step) => step.startsWith('count'))).toEqual([])
  })
})
