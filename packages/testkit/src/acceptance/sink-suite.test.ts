import { defineSink, type SinkTask } from '@sluice/template'
import { acceptSink, type SinkSubject, sinkChecks } from './sink-suite.ts'

/** A sink into a map that outlives its tasks, whose put a test may spoil. */
function subject(put: (stored: Map<string, unknown>) => SinkTask['put'], more: Omit<SinkTask, 'put'> = {}) {
  const world = { stored: new Map<string, unknown>() }
  const definition = defineSink({
    name: 'map',
    version: '1.0.0',
    doc: 'Keeps records in memory.',
    config: {},
    open: async () => ({ ...more, put: put(world.stored) }),
  })
  return {
    definition,
    record: (n: number) => ({ value: n }),
    arrange: async () => {
      world.stored = new Map()
      return { settings: {}, read: async () => [...world.stored.values()] }
    },
  } satisfies SinkSubject<typeof definition.config>
}

acceptSink(
  subject((stored) => async (records) => {
    for (const { origin, value } of records) stored.set(String(origin.offset), value)
  }),
)

describe('the sink suite', () => {
  const run = (name: string, of: ReturnType<typeof subject> & { twice?: 'repeats' }): Promise<void> =>
    sinkChecks(of)
      .find((check) => check.name.startsWith(name))!
      .run()

  it('catches a sink that appends what it gets twice', async () => {
    const appending = subject((stored) => async (records) => {
      for (const { value } of records) stored.set(`${stored.size}`, value)
    })
    await expect(run('leaves the same when a batch is put twice', appending)).rejects.toThrow()
  })

  it('takes one that can only append, as long as what stands there twice is whole', async () => {
    const appending = subject((stored) => async (records) => {
      for (const { value } of records) stored.set(`${stored.size}`, value)
    })
    const mixing = subject((stored) => async (records) => {
      const values = [...records].map(({ value }) => value)
      for (const value of stored.size > 0 ? values.toReversed() : values) stored.set(`${stored.size}`, value)
    })
    const name = 'leaves whole batches when one is put twice'
    await run(name, { ...appending, twice: 'repeats' })
    await expect(run(name, { ...mixing, twice: 'repeats' })).rejects.toThrow()
  })

  it('catches a sink that drops a record', async () => {
    const lossy = subject((stored) => async (records) => {
      for (const { origin, value } of records)
        if (origin.offset !== 7n) stored.set(String(origin.offset), value)
    })
    await expect(run('has written', lossy)).rejects.toThrow()
  })

  it('catches a commit beyond what was consumed', async () => {
    const ahead = subject(() => async () => {}, {
      preCommit: async (consumed) => consumed.map((one) => ({ ...one, offset: one.offset + 1n })),
    })
    await expect(run('never commits', ahead)).rejects.toThrow()
  })
})
