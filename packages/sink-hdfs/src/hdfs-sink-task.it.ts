import { RetriableError } from '@sluice/template'
import { acceptSink } from '@sluice/testkit'
import { sharedServices } from '@sluice/testkit/services'
import {
  batchOf,
  call,
  contextOf,
  eventually,
  type HdfsWorld,
  hdfsWorld,
  linesOf,
} from '../test/hdfs-world.ts'
import { hdfsSink } from './hdfs-sink.ts'

const startMs = 180_000
const of = { topic: 'orders', partition: 2 }

async function makeWorld(): Promise<HdfsWorld> {
  const { url, user } = await sharedServices().hdfs()
  return hdfsWorld([url], user)
}

describe('the sink', () => {
  let world: HdfsWorld
  beforeEach(async () => {
    world = await makeWorld()
  }, startMs)
  afterEach(() => world.dispose())

  it('finishes files at the count and names them by their offsets', async () => {
    const task = await hdfsSink.open(contextOf(world, { 'flush.size': '10' }))
    expect(await task.assigned!([of], { epoch: 1 })).toEqual([])
    await task.put(batchOf(of, 0, 12), call)
    await task.put(batchOf(of, 12, 13), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect(await world.files(of)).toEqual([
      { name: 'orders+2+0000000000+0000000009.json', start: 0n, end: 9n, lines: linesOf(0, 10) },
      { name: 'orders+2+0000000010+0000000019.json', start: 10n, end: 19n, lines: linesOf(10, 10) },
      { name: 'orders+2+0000000020+0000000024.json', start: 20n, end: 24n, lines: linesOf(20, 5) },
    ])
    expect(await world.client.list(`${world.root}/topics/+tmp/orders/2`, call.signal)).toEqual([])
  })

  it('reads on behind the last name', async () => {
    const first = await hdfsSink.open(contextOf(world, { 'flush.size': '10' }))
    await first.assigned!([of], { epoch: 1 })
    await first.put(batchOf(of, 5, 10), call)
    await first.revoked!([of], { lost: false })
    await first.close!()
    const committed = [{ ...of, offset: 3n }]
    const second = await hdfsSink.open(contextOf(world, {}, committed))
    expect(await second.assigned!([of], { epoch: 2 })).toEqual([{ ...of, offset: 15n }])
    await second.close!()
  })

  it('takes a partition over though Kafka cannot tell now where it ends', async () => {
    const context = contextOf(world, {}, [{ ...of, offset: 3n }])
    const endOffsets = (): Promise<never> => Promise.reject(new RetriableError('There is no leader.'))
    const task = await hdfsSink.open({ ...context, endOffsets })
    expect(await task.assigned!([of], { epoch: 1 })).toEqual([{ ...of, offset: 3n }])
    await task.close!()
    expect(context.log.lines.map(({ message }) => message).join()).toMatch(/can't tell now where/)
  })

  it('commits for the group what is in finished files, and finishes none for a commit', async () => {
    const task = await hdfsSink.open(contextOf(world, { 'flush.size': '10' }))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 15), call)
    const commit = (): Promise<unknown> => task.preCommit!([{ ...of, offset: 15n }], call)
    await eventually(async () => expect(await commit()).toEqual([{ ...of, offset: 10n }]))
    expect(await world.files(of)).toHaveLength(1)
    await task.put(batchOf(of, 15, 5), call)
    // Nothing is open now: the group may pass a transaction's marker too.
    await eventually(async () =>
      expect(await task.preCommit!([{ ...of, offset: 21n }], call)).toEqual([{ ...of, offset: 21n }]),
    )
    await task.close!()
  })

  it('commits everything of a partition that leaves', async () => {
    const task = await hdfsSink.open(contextOf(world))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 5), call)
    await task.flush!(call)
    expect(await world.files(of)).toEqual([])
    await task.flush!({ ...call, leaving: [of] })
    expect(await task.preCommit!([{ ...of, offset: 5n }], call)).toEqual([{ ...of, offset: 5n }])
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect(await world.lines(of)).toEqual(linesOf(0, 5))
  })

  it('lets nobody set offsets back while the files are there', async () => {
    const context = contextOf(world)
    const task = await hdfsSink.open(context)
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 5), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    const alter = (offset: bigint | null): Promise<void> =>
      hdfsSink.alterOffsets!(context.config, [{ ...of, offset }], call)
    await expect(alter(4n)).rejects.toThrow(/up to offset 4.*move the files away/)
    await expect(alter(null)).rejects.toThrow(/move the files away/)
    await alter(5n)
  })

  it('begins a file with the record that is an interval later by its own time', async () => {
    const settings = {
      'rotate.interval.ms': '1000',
      'timestamp.extractor': 'RecordField',
      'timestamp.field': 'id',
    }
    const task = await hdfsSink.open(contextOf(world, settings))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 500, 1500), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect((await world.files(of)).map(({ start, end }) => [start, end])).toEqual([
      [500n, 1499n],
      [1500n, 1999n],
    ])
  })

  it('sets aside a record that tells no time, and goes on', async () => {
    const context = contextOf(world, { 'timestamp.extractor': 'RecordField', 'timestamp.field': 'none' })
    const task = await hdfsSink.open(context)
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 2), call)
    await task.put(batchOf(of, 0, 2), call)
    await task.close!()
    expect(context.rejected.map(({ record }) => record.origin.offset)).toEqual([0n, 1n])
  })

  it('drops what it holds of a lost partition', async () => {
    const task = await hdfsSink.open(contextOf(world))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 5), call)
    await task.revoked!([of], { lost: true })
    await task.close!()
    expect(await world.files(of)).toEqual([])
  })

  it('takes each record once, whatever part of a batch came before', async () => {
    const task = await hdfsSink.open(contextOf(world, { 'flush.size': '4' }))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 6), call)
    await task.put(batchOf(of, 0, 9), call)
    await task.put(batchOf(of, 3, 9), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect(await world.lines(of)).toEqual(linesOf(0, 12))
  })

  it('finishes a file at the size', async () => {
    const task = await hdfsSink.open(contextOf(world, { 'rotate.size.bytes': '25' }))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 7), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect((await world.files(of)).map(({ start, end }) => [start, end])).toEqual([
      [0n, 2n],
      [3n, 5n],
      [6n, 6n],
    ])
  })

  it.each([{ 'rotate.interval.ms': '200' }, { 'rotate.schedule.interval.ms': '200' }])(
    'finishes a file by the clock though no record comes: %o',
    async (settings) => {
      const task = await hdfsSink.open(contextOf(world, settings))
      await task.assigned!([of], { epoch: 1 })
      await task.put(batchOf(of, 0, 3), call)
      await eventually(async () => {
        await task.tick!(call)
        expect(await world.lines(of)).toEqual(linesOf(0, 3))
      })
      await task.close!()
    },
  )

  it('sends a file that memory does not hold', async () => {
    const settings = { 'buffer.memory.bytes': '64k', 'rotate.size.bytes': '-1' }
    const task = await hdfsSink.open(contextOf(world, settings))
    await task.assigned!([of], { epoch: 1 })
    for (let start = 0; start < 40_000; start += 10_000) await task.put(batchOf(of, start, 10_000), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect(await world.lines(of)).toEqual(linesOf(0, 40_000))
  })

  it('says what stands in the way of writing', async () => {
    const context = contextOf(world, { 'webhdfs.user': 'bob', 'topics.dir': '/not-bobs' })
    const task = await hdfsSink.open(context)
    await expect(task.assigned!([of], { epoch: 1 })).rejects.toThrow(
      /AccessControlException: Permission denied: user=bob/,
    )
    await task.close!()
  })
})

describe('two owners of one partition', () => {
  let world: HdfsWorld
  beforeEach(async () => {
    world = await makeWorld()
  }, startMs)
  afterEach(() => world.dispose())

  it('the earlier can create nothing any more', async () => {
    const settings = { 'flush.size': '10' }
    const zombie = await hdfsSink.open(contextOf(world, settings))
    await zombie.assigned!([of], { epoch: 1 })
    await zombie.put(batchOf(of, 0, 15), call)
    await eventually(async () => expect(await world.files(of)).toHaveLength(1))
    const heir = await hdfsSink.open(contextOf(world, settings))
    expect(await heir.assigned!([of], { epoch: 2 })).toEqual([{ ...of, offset: 10n }])
    await zombie.put(batchOf(of, 15, 5), call).catch(() => undefined)
    await eventually(async () => expect(zombie.tick!(call)).rejects.toThrow(/Another task has taken over/))
    expect(await world.lines(of)).toEqual(linesOf(0, 10))
    await heir.put(batchOf(of, 10, 10), call)
    await heir.revoked!([of], { lost: false })
    await Promise.all([zombie.revoked!([of], { lost: true }), heir.close!()])
    await zombie.close!()
    expect(await world.lines(of)).toEqual(linesOf(0, 20))
  })
})

acceptSink({
  definition: hdfsSink,
  arrange: async () => {
    const world = await makeWorld()
    const { settings } = world
    return {
      settings: { ...settings, 'flush.size': '10' },
      read: () => world.lines({ topic: 'test', partition: 0 }),
      dispose: () => world.dispose(),
    }
  },
  record: (n) => ({ value: { id: n } }),
})
