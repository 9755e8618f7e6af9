import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ElasticsearchServer,
  type HdfsPair,
  type HdfsServer,
  type KafkaServer,
  ownFolder,
  type PostgresServer,
  type Service,
  sharedServices,
  startElasticsearch,
  startHdfs,
  startHdfsPair,
  startKafka,
  startPostgres,
} from '@sluice/testkit/services'
import { type PipelineWorld, pipelineWorld } from './pipeline-world.ts'

/** Long enough for each client to see its connections end, to fail again at new ones, and to wait between. */
const downMs = 5_000

/** Rows are written before, during and after the fault; nobody touches the worker. */
async function expectToOutlast(world: PipelineWorld, fault: () => Promise<void>): Promise<void> {
  world.load.start()
  try {
    await world.worker.untilRunning(3)
    await sleep(2_000)
    await fault()
    await sleep(2_000)
  } finally {
    await world.load.stop()
  }
  expect(await world.settledProblems()).toEqual([])
  await world.worker.untilRunning(3)
}

describe('a pipeline of which one server goes away and comes back', () => {
  let kafka: KafkaServer
  let postgres: PostgresServer
  let elasticsearch: ElasticsearchServer
  let hdfs: HdfsServer
  let world: PipelineWorld

  beforeAll(async () => {
    ;[kafka, postgres, elasticsearch, hdfs] = await Promise.all([
      startKafka({ dir: ownFolder('kafka') }),
      startPostgres({ dir: ownFolder('postgres') }),
      startElasticsearch({ dir: ownFolder('elasticsearch') }),
      startHdfs({ dir: ownFolder('hdfs') }),
    ])
    world = await pipelineWorld({ kafka, postgres, elasticsearch, hdfs })
    world.worker.start()
  }, 300_000)

  afterAll(async () => {
    await world?.close()
    for (const server of [kafka, postgres, elasticsearch, hdfs]) await server?.kill()
  }, 60_000)

  const servers = (): Record<string, Pick<Service, 'start' | 'stop' | 'kill'>> => ({
    Kafka: kafka,
    Postgres: postgres,
    Elasticsearch: elasticsearch,
    "HDFS's DataNode": hdfs.dataNode,
  })

  it.each([
    ['Kafka', 'stop'],
    ['Kafka', 'kill'],
    ['Postgres', 'stop'],
    ['Postgres', 'kill'],
    ['Elasticsearch', 'kill'],
    ["HDFS's DataNode", 'stop'],
    ["HDFS's DataNode", 'kill'],
  ] as const)(
    'goes on by itself and loses nothing: %s, %s',
    async (name, how) => {
      const server = servers()[name]!
      await expectToOutlast(world, async () => {
        await server[how]()
        await sleep(downMs)
        await server.start()
      })
    },
    240_000,
  )

  it('stops in order afterwards', async () => {
    expect(await world.worker.stop()).toBe(0)
  }, 60_000)
})

describe('a pipeline whose active NameNode is killed', () => {
  let pair: HdfsPair
  let world: PipelineWorld

  beforeAll(async () => {
    pair = await startHdfsPair({ dir: ownFolder('hdfs-pair') })
    world = await pipelineWorld({
      kafka: await sharedServices().kafka(),
      // the checks ask the one that is active then
      hdfs: { url: pair.urls[1], user: pair.user },
      more: { files: { 'store.url': pair.nameserviceUrl, 'hadoop.conf.dir': pair.confDir } },
    })
    world.worker.start()
  }, 300_000)

  afterAll(async () => {
    await world?.close()
    await pair?.kill()
  }, 60_000)

  it('goes on with the other one and loses nothing', async () => {
    const active = await pair.active()
    expect(active.url).toBe(pair.urls[0])
    await expectToOutlast(world, async () => {
      await active.kill()
      await sleep(downMs)
      await pair.failover()
    })
  }, 240_000)
})
