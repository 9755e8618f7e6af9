import { defineSource } from '@sluice/template'
import { pluginOf } from '../../plugins/registry.ts'
import type { TaskStatus } from '../../task/task.ts'
import type { TaskSpec } from '../../worker/task-host.ts'
import { RunningTask, type RunningTaskOptions, type TaskPlan } from './running-task.ts'

const plugin = pluginOf(
  defineSource({
    name: 'source',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw) => raw as { n: number },
    open: async () => ({ poll: async () => [] }),
  }),
)

const plan = (value: string, how: Partial<TaskPlan> = {}): TaskPlan => ({
  plugin,
  record: new Map([['key', value]]),
  generation: 0,
  work: { settings: new Map([['key', value]]), slice: null },
  paused: false,
  dedicated: false,
  ...how,
})

/** A host whose tasks end only when they are let. */
function scene(how: Pick<RunningTaskOptions, 'fence'> = {}) {
  const happenings: string[] = []
  const ends: Array<() => void> = []
  const task = new RunningTask({
    connector: 'c',
    index: 0,
    ...how,
    gracefulTimeoutMs: () => 1,
    status: ({ state }) => void happenings.push(state),
    topic: () => {},
    host: {
      start: ({ settings, paused }: TaskSpec) => {
        happenings.push(`starts ${settings.get('key')}${paused ? ' paused' : ''}`)
        return {
          status: (): TaskStatus => ({ state: 'RUNNING' }),
          pause: () => void happenings.push('pauses'),
          resume: () => void happenings.push('resumes'),
          restart: async () => void happenings.push('restarts'),
          stop: () => {
            happenings.push('stops')
            return new Promise<void>((resolve) => ends.push(resolve))
          },
        }
      },
    },
  })
  return { task, happenings, end: () => ends.shift()?.() }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a task that a worker was given', () => {
  it('goes on where its record stays the same, in a new generation too', async () => {
    const { task, happenings } = scene()
    task.want(plan('a'))
    await settled()
    task.want(plan('a', { generation: 1 }))
    task.want(plan('a', { generation: 2 }))
    await settled()
    expect(happenings).toEqual(['starts a'])
  })

  it('pauses and resumes without a restart', async () => {
    const { task, happenings } = scene()
    task.want(plan('a'))
    await settled()
    task.want(plan('a', { paused: true }))
    await settled()
    task.want(plan('a'))
    await settled()
    // at once after another wish, too
    task.want(plan('a'))
    task.want(plan('a', { paused: true }))
    await settled()
    expect(happenings).toEqual(['starts a', 'pauses', 'resumes', 'pauses'])
  })

  it('never overlaps with itself, and passes over wishes that are old', async () => {
    const { task, happenings, end } = scene()
    task.want(plan('a'))
    await settled()
    task.want(plan('b'))
    await settled()
    task.want(plan('c'))
    task.want(plan('d'))
    await settled()
    expect(happenings).toEqual(['starts a', 'stops'])
    end()
    await settled()
    expect(happenings).toEqual(['starts a', 'stops', 'starts d'])
  })

  it('has ended when stop resolves', async () => {
    const { task, happenings, end } = scene()
    task.want(plan('a'))
    await settled()
    let ended = false
    const stopping = task.stop().then(() => (ended = true))
    await settled()
    expect([ended, task.isWanted]).toEqual([false, false])
    end()
    await stopping
    expect(happenings).toEqual(['starts a', 'stops'])
  })

  it('begins after former generations are fenced, and not for a wish that was taken back meanwhile', async () => {
    const fencing = Promise.withResolvers<void>()
    const generations: number[] = []
    const { task, happenings, end } = scene({
      fence: async (generation) => {
        generations.push(generation)
        await fencing.promise
      },
    })
    task.want(plan('a', { generation: 7 }))
    await settled()
    task.want(plan('a', { generation: 8 }))
    await settled()
    expect([generations, happenings]).toEqual([[7], []])
    fencing.resolve()
    await settled()
    expect([generations, happenings]).toEqual([[7, 8], ['starts a']])
    task.want(plan('a', { generation: 9 }))
    await settled()
    end()
    await settled()
    expect(happenings).toEqual(['starts a', 'stops', 'starts a'])
  })

  it('shows why it can not begin, and tries again when it is wanted again', async () => {
    let fails = true
    const { task, happenings } = scene({
      fence: async () => {
        if (fails) throw new Error('no')
      },
    })
    task.want(plan('a'))
    await settled()
    expect(happenings).toEqual(['FAILED'])
    fails = false
    task.want(plan('a'))
    await settled()
    expect(happenings).toEqual(['FAILED', 'starts a'])
  })
})
