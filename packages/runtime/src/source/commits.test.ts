import type { Json, SourceTask } from '@sluice/template'
import { MemoryOffsetStore } from '../offsets/memory-offset-store.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { Run } from '../task/run.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { Commits } from './commits.ts'
import { SubmittedRecords } from './submitted-records.ts'

const partition = { table: 'orders' }
const noFigures = { add: () => {}, set: () => {}, time: () => {}, custom: () => () => {} }

/** Offsets in memory; each write waits until it is let through. */
class SlowStore extends MemoryOffsetStore {
  readonly writes: (() => void)[] = []

  override async set(...args: Parameters<OffsetStore['set']>): Promise<void> {
    await new Promise<void>((resolve) => this.writes.push(resolve))
    await super.set(...args)
  }
}

function scene(task: Pick<SourceTask<Json>, 'committed'> = {}) {
  const store = new SlowStore()
  const cut = new AbortController()
  const submitted = new SubmittedRecords<Json>()
  const failures: unknown[] = []
  const run = {
    cut: cut.signal,
    options: { connector: 'c', metrics: noFigures, log: silentLogger },
  } as unknown as Run
  const commits = new Commits({ run, store, task, submitted, fail: (error) => failures.push(error) })
  const arrive = (n: number): void => submitted.submit({ partition, offset: { n } }).acknowledge()
  return { store, cut, commits, arrive, failures }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the commits of a source run that was cut off', () => {
  it('are over: what runs in its place may be further on', async () => {
    const { store, cut, commits, arrive } = scene()
    arrive(1)
    cut.abort(new Error('cut'))
    await expect(commits.end()).rejects.toThrow('cut')
    await commits.commit()
    expect(store.writes).toHaveLength(0)
  })

  it('are over behind one that was under way, and nobody takes that for a failure', async () => {
    const { store, cut, commits, arrive, failures } = scene()
    arrive(1)
    const first = commits.commit()
    await settled()
    arrive(2)
    const second = commits.commit()
    cut.abort(new Error('cut'))
    store.writes[0]?.()
    await Promise.all([first, second])
    expect(store.writes).toHaveLength(1)
    expect(failures).toEqual([])
  })

  it('are not told to the connector, which may be in another call still', async () => {
    const told: unknown[] = []
    const { store, cut, commits, arrive } = scene({ committed: async (origins) => void told.push(origins) })
    arrive(1)
    const first = commits.commit()
    await settled()
    store.writes[0]?.()
    await first
    cut.abort(new Error('cut'))
    await expect(commits.end()).rejects.toThrow('cut')
    expect(told).toEqual([])
  })
})
