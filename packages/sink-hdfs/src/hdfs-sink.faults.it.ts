import type { SinkTask } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { type HdfsPair, type HdfsServer, ownFolder, startHdfs, startHdfsPair } from '@sluice/testkit/services'
import {
  batchOf,
  call,
  contextOf,
  eventually,
  type HdfsWorld,
  hdfsWorld,
  linesOf,
} from '../test/hdfs-world.ts'
import { commit, upload } from './commit-file.ts'
import { hdfsSink } from './hdfs-sink.ts'
import { takeOver } from './take-over.ts'

const timeoutMs = 240_000
const of = { topic: 'orders', partition: 0 }
const records = 60_000
const step = 2000
const chunk = Buffer.alloc(256 * 1024, 'x')

/** Writes all records while `fault` happens after a third of them; the files then hold each once, in order. */
async function writeThrough(world: HdfsWorld, fault: () => Promise<void>): Promise<void> {
  const context = contextOf(world, { 'flush.size': '1000', 'webhdfs.timeout.ms': '5000' })
  const task = await hdfsSink.open(context)
  await task.assigned!([of], { epoch: 1 })
  let repaired: Promise<void> | undefined
  for (let start = 0; start < records; start += step) {
    if (start * 3 >= records) repaired ??= fault()
    await task.put(batchOf(of, start, step), call)
    await task.tick!(call)
  }
  await repaired
  await allCommitted(task)
  await task.revoked!([of], { lost: false })
  await task.close!()
  expect(context.log.lines.filter(({ level }) => level === 'warn')).not.toEqual([])
  const files = await world.files(of)
  expect(files.map(({ end, start }) => end - start)).toEqual(
    Array.from({ length: records / 1000 }, () => 999n),
  )
  expect(files.flatMap(({ lines }) => lines)).toEqual(linesOf(0, records))
}

function allCommitted(task: SinkTask): Promise<void> {
  const all = [{ ...of, offset: BigInt(records) }]
  return eventually(async () => expect(await task.preCommit!(all, call)).toEqual(all), 120_000)
}

describe('a DataNode', () => {
  let hdfs: HdfsServer
  let world: HdfsWorld
  beforeAll(async () => {
    hdfs = await startHdfs({ dir: ownFolder('hdfs') })
    world = hdfsWorld([hdfs.url], hdfs.user)
  }, timeoutMs)
  afterAll(async () => {
    world.close()
    await hdfs.stop()
  }, timeoutMs)

  it(
    'that is killed while files are written and comes back loses nothing',
    () =>
      writeThrough(world, async () => {
        await hdfs.dataNode.kill()
        await hdfs.dataNode.start()
      }),
    timeoutMs,
  )

  it(
    'that is killed in the middle of a file gets it again',
    async () => {
      const layout = { folderOfTopics: () => `${world.root}/mid`, zeroPadWidth: 10, extension: '.json' }
      const owned = await takeOver(world.client, { layout, of }, call.signal)
      let restarted: Promise<void> | undefined
      const body = {
        size: 64 * chunk.length,
        async *chunks() {
          for (let n = 0; n < 64; n++) {
            if (n === 32 && restarted === undefined) {
              await hdfs.dataNode.kill()
              restarted = hdfs.dataNode.start()
            }
            yield chunk
          }
        },
      }
      const file = { body, ownFolder: owned.folder, folder: `${world.root}/mid`, name: 'a.json' }
      const tools = { client: world.client, signal: call.signal, log: memoryLogger(), backoffMs: 1000 }
      await commit(file, await upload(file, tools), tools)
      await restarted
      expect(tools.log.lines).not.toEqual([])
      const written = await world.client.open(`${world.root}/mid/a.json`, call.signal)
      expect(written.equals(Buffer.concat(Array.from({ length: 64 }, () => chunk)))).toBe(true)
    },
    timeoutMs,
  )
})

describe('a pair of NameNodes', () => {
  let pair: HdfsPair
  let world: HdfsWorld
  beforeAll(async () => {
    pair = await startHdfsPair({ dir: ownFolder('hdfs-pair') })
    world = hdfsWorld(pair.urls, pair.user)
  }, timeoutMs)
  afterAll(async () => {
    world.close()
    await pair.stop()
  }, timeoutMs)

  it(
    'of which the active one is killed is written to through the other',
    () =>
      writeThrough(world, async () => {
        await (await pair.active()).kill()
        await pair.failover()
      }),
    timeoutMs,
  )

  it('is found by its name in the files of hadoop.conf.dir', async () => {
    const settings = {
      'store.url': `${pair.nameserviceUrl}/some/folder`,
      'hadoop.conf.dir': pair.confDir,
      'webhdfs.user': pair.user,
      'webhdfs.url': '',
    }
    const context = contextOf({ settings: {} }, settings)
    expect(await hdfsSink.check!(context.config, call)).toEqual([])
    const task = await hdfsSink.open(context)
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 3), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    const folder = '/some/folder/topics/orders/partition=0'
    expect((await world.client.list(folder, call.signal)).map(({ name }) => name)).toEqual([
      'orders+0+0000000000+0000000002.json',
    ])
  })
})
