import fc from 'fast-check'
import { ClusterStateBuilder, type ConnectorConfig } from './cluster-state.ts'
import { configRecord, readConfigRecord, type TargetState } from './config-records.ts'
import type { KeyedRecord } from './record-writer.ts'

const settings = (value: string) => new Map([['v', value]])
const { connector, task, commit, target, fencing } = configRecord

function read(records: readonly KeyedRecord[]) {
  const builder = new ClusterStateBuilder()
  const changes = records.flatMap(({ key, value }, index) => {
    builder.passed(BigInt(index))
    return builder.apply(readConfigRecord(String(key), value)) ?? []
  })
  return { state: builder.state(), changes, of: (name: string) => builder.state().connectors.get(name) }
}

const valuesOf = (config: ConnectorConfig | undefined) => config?.tasks.map((one) => one.get('v'))

describe('the state of a cluster', () => {
  it('has the tasks of a connector once their commit is read, all of them together', () => {
    const first = [
      connector('c', settings('s')),
      task('c', 0, settings('a')),
      task('c', 1, settings('a')),
      commit('c', 2),
    ]
    expect(valuesOf(read(first.slice(0, 3)).of('c'))).toEqual([])
    expect(valuesOf(read(first).of('c'))).toEqual(['a', 'a'])
    const second = [
      ...first,
      task('c', 0, settings('b')),
      task('c', 1, settings('b')),
      task('c', 2, settings('b')),
    ]
    expect(valuesOf(read(second).of('c'))).toEqual(['a', 'a'])
    expect(valuesOf(read([...second, commit('c', 3)]).of('c'))).toEqual(['b', 'b', 'b'])
  })

  it('starts connectors unless their target says otherwise, which may come before them', () => {
    expect(read([connector('c', settings('s'))]).of('c')?.target).toBe('STARTED')
    const stopped = [target('c', 'STOPPED'), connector('c', settings('s'))]
    expect(read(stopped).of('c')?.target).toBe('STOPPED')
    expect(read([...stopped, target('c', null)]).of('c')?.target).toBe('STARTED')
  })

  it('forgets a removed connector with its tasks, but not what is to be fenced', () => {
    const gone = [
      connector('c', settings('s')),
      task('c', 0, settings('a')),
      commit('c', 1),
      fencing('c', 1),
      connector('c', null),
      target('c', null),
    ]
    expect(read(gone).state.connectors.size).toBe(0)
    expect(read([...gone, connector('c', settings('s2'))]).of('c')).toMatchObject({
      tasks: [],
      taskCount: 0,
      inconsistent: false,
      fencedTaskCount: 1,
    })
  })

  it('knows from what settings the tasks were made, and when they have to be fenced', () => {
    const records = [connector('c', settings('1')), task('c', 0, settings('a')), commit('c', 1)]
    expect(read(records).of('c')).toMatchObject({
      appliedSettings: settings('1'),
      fencingPending: true,
      taskGeneration: 2,
    })
    const fenced = [...records, fencing('c', 1), connector('c', settings('2'))]
    expect(read(fenced).of('c')).toMatchObject({ appliedSettings: settings('1'), fencingPending: false })
    expect(read([...fenced, task('c', 0, settings('b')), commit('c', 1)]).of('c')).toMatchObject({
      appliedSettings: settings('2'),
      fencingPending: true,
      fencedTaskCount: 1,
      taskGeneration: 6,
    })
  })

  it('tells what changed, and of a target only where it is another', () => {
    const { changes } = read([
      target('c', 'PAUSED'),
      connector('c', settings('s')),
      task('c', 0, settings('a')),
      commit('c', 1),
      target('c', 'PAUSED'),
      target('c', 'STARTED'),
      configRecord.restart({ connector: 'c', includeTasks: true, onlyFailed: true }),
      configRecord.logger('root', 'DEBUG'),
      connector('c', null),
      target('c', null),
    ])
    expect(changes).toEqual([
      { type: 'connector', connector: 'c' },
      { type: 'tasks', connector: 'c' },
      { type: 'target', connector: 'c' },
      { type: 'restart', connector: 'c', includeTasks: true, onlyFailed: true },
      { type: 'logger', namespace: 'root', level: 'DEBUG' },
      { type: 'removed', connector: 'c' },
    ])
  })

  it('stays as it is when more is read', () => {
    const builder = new ClusterStateBuilder()
    builder.apply({ type: 'connector', connector: 'c', settings: settings('s') })
    const before = builder.state()
    builder.apply({ type: 'connector', connector: 'd', settings: settings('s') })
    expect([...before.connectors.keys()]).toEqual(['c'])
    expect([...builder.state().connectors.keys()]).toEqual(['c', 'd'])
  })

  it('says so where compaction has left a commit without its tasks, until they are written anew', () => {
    const halfWritten = [
      connector('c', settings('s')),
      task('c', 1, settings('a')),
      commit('c', 2),
      task('c', 0, settings('b')),
    ]
    expect(read(halfWritten).of('c')).toMatchObject({ inconsistent: true, tasks: [], taskCount: 2 })
    const mended = [...halfWritten, task('c', 0, settings('d')), task('c', 1, settings('d')), commit('c', 2)]
    expect(read(mended).of('c')).toMatchObject({ inconsistent: false })
    expect(valuesOf(read(mended).of('c'))).toEqual(['d', 'd'])
  })

  it('takes a set that is whole although compaction has left tasks of a former, larger one', () => {
    const records = [
      connector('c', settings('s')),
      task('c', 1, settings('a')),
      task('c', 0, settings('b')),
      commit('c', 1),
    ]
    expect(valuesOf(read(records).of('c'))).toEqual(['b'])
  })

  it('keeps the tasks of a connector whose settings were written again, although compaction has removed the former ones', () => {
    const records = [task('c', 0, settings('a')), commit('c', 1), connector('c', settings('s'))]
    expect(valuesOf(read(records).of('c'))).toEqual(['a'])
    expect(read(records).of('c')?.appliedSettings).toBeUndefined()
  })

  it('says for which removed connectors tasks are left, until no tasks are committed', () => {
    const gone = [
      connector('c', settings('s')),
      task('c', 0, settings('a')),
      commit('c', 1),
      connector('c', null),
    ]
    expect([...read(gone).state.leftovers]).toEqual(['c'])
    expect([...read(gone.slice(1, 3)).state.leftovers]).toEqual(['c'])
    const again = [...gone, commit('c', 0), connector('c', settings('s'))]
    expect(read(again).state.leftovers.size).toBe(0)
    expect(read(again).of('c')).toMatchObject({ tasks: [], inconsistent: false })
  })

  it('is the same of a compacted topic, or known to be inconsistent, wherever writers died', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, seed) => {
        const whole = written(steps)
        const left = compacted(whole, whole.length === 0 ? 0 : seed % (whole.length + 1))
        const [all, rest] = [read(whole).state, read(left).state]
        expect([...rest.connectors.keys()].toSorted()).toEqual([...all.connectors.keys()].toSorted())
        for (const [name, config] of all.connectors) {
          const found = rest.connectors.get(name)
          expect(found).toMatchObject({ settings: config.settings, target: config.target })
          if (!found?.inconsistent) expect(found?.tasks).toEqual(config.tasks)
          // a worker that has read more than is left knows that others may have not: whoever runs the connector writes its tasks again
          else expect(config.hasUncommitted).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

type Step =
  | { readonly put: 'connector' | 'removal'; readonly of: string; readonly value: string }
  | { readonly put: 'target'; readonly of: string; readonly value: TargetState }
  /** How many of its records are written before the writer dies; absent: all. */
  | {
      readonly put: 'tasks'
      readonly of: string
      readonly value: string
      readonly count: number
      readonly written: number
    }

const names = fc.constantFrom('a', 'b')
const values = fc.stringMatching(/^[a-z]{3}$/)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ put: fc.constantFrom('connector' as const, 'removal' as const), of: names, value: values }),
  fc.record({ put: fc.constant('target' as const), of: names, value: fc.constantFrom('PAUSED', 'STOPPED') }),
  fc.record({
    put: fc.constant('tasks' as const),
    of: names,
    value: values,
    count: fc.nat({ max: 3 }),
    written: fc.nat({ max: 5 }),
  }),
)

function recordsOf(one: Step): readonly KeyedRecord[] {
  switch (one.put) {
    case 'connector':
      return [connector(one.of, settings(one.value))]
    case 'removal':
      return [connector(one.of, null), target(one.of, null)]
    case 'target':
      return [target(one.of, one.value)]
    case 'tasks': {
      const tasks = Array.from({ length: one.count }, (_, index) => task(one.of, index, settings(one.value)))
      return [...tasks, commit(one.of, one.count)].slice(0, one.written)
    }
  }
}

/** As ConfigLog writes: a connector that comes again begins without the tasks of the former one. */
function written(steps: readonly Step[]): readonly KeyedRecord[] {
  const records: KeyedRecord[] = []
  for (const one of steps) {
    const isLeft = one.put === 'connector' && read(records).state.leftovers.has(one.of)
    records.push(...(isLeft ? [commit(one.of, 0)] : []), ...recordsOf(one))
  }
  return records
}

/** Of the records before `upTo` only the last of each key is left. */
function compacted(records: readonly KeyedRecord[], upTo: number): readonly KeyedRecord[] {
  const head = records.slice(0, upTo)
  const last = new Map(head.map(({ key }, index) => [String(key), index]))
  return [...head.filter(({ key }, index) => last.get(String(key)) === index), ...records.slice(upTo)]
}
