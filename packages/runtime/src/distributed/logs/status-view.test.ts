import type { TaskState } from '../../task/task.ts'
import type { StoredStatus } from './status-records.ts'
import { isSafe, StatusView } from './status-view.ts'

const by = (workerId: string, state: TaskState, generation: number): StoredStatus => ({
  state,
  workerId,
  generation,
})

describe('the states of connectors and tasks', () => {
  const view = () => {
    const states = new StatusView()
    const task = (status: StoredStatus | null, index = 0) =>
      states.apply({ type: 'task', connector: 'c', task: index, status })
    return { states, task }
  }

  it('are what was written last', () => {
    const { states, task } = view()
    task(by('a', 'RUNNING', 1))
    task(by('b', 'FAILED', 1))
    expect(states.tasks('c').get(0)).toEqual(by('b', 'FAILED', 1))
  })

  it('do not let a worker that gave a task up speak over the one that runs it', () => {
    const { states, task } = view()
    task(by('b', 'RUNNING', 2))
    task(by('a', 'UNASSIGNED', 2))
    expect(states.tasks('c').get(0)).toEqual(by('b', 'RUNNING', 2))
    task(by('a', 'UNASSIGNED', 3))
    expect(states.tasks('c').get(0)).toEqual(by('a', 'UNASSIGNED', 3))
  })

  it('of the tasks go with that of their connector', () => {
    const { states, task } = view()
    states.apply({ type: 'connector', connector: 'c', status: by('a', 'RUNNING', 1) })
    task(by('a', 'RUNNING', 1))
    task(by('a', 'RUNNING', 1), 1)
    task(null, 1)
    expect([...states.tasks('c').keys()]).toEqual([0])
    states.apply({ type: 'connector', connector: 'c', status: null })
    expect(states.connectors()).toEqual([])
    expect(states.tasks('c').size).toBe(0)
  })
})

describe('a safe write', () => {
  it.each([
    ['nothing is known', undefined, true],
    ['this worker wrote it, in whatever generation', by('me', 'RUNNING', 9), true],
    ['another wrote it in the same generation', by('other', 'RUNNING', 5), true],
    ['another wrote it in an earlier generation', by('other', 'RUNNING', 4), true],
    ['another wrote it in a later generation', by('other', 'RUNNING', 6), false],
  ])('where %s: %s %s', (_, known, safe) => {
    expect(isSafe(known, by('me', 'UNASSIGNED', 5))).toBe(safe)
  })
})
