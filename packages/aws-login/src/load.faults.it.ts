import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  type GroupConsumer,
  type KafkaClients,
  openKafkaClients,
  type OutgoingRecord,
  reachKafka,
} from '@sluice/runtime'
import { memoryLogger } from '@sluice/testkit'
import { type MskBroker, ownFolder, startMskBroker } from '@sluice/testkit/services'
import { MskScene } from './testing/msk-scene.ts'

const log = memoryLogger()
const minutes = 3
const sessionMs = 15_000
const recordBytes = 1000
const atOnce = 200
const partitions = 4
/** Three minutes fill more than a disk should have to spare. */
const small = { 'segment.bytes': String(64 << 20), 'retention.bytes': String(128 << 20) }

describe('full load on sessions of 15 s', () => {
  let broker: MskBroker
  let scene: MskScene
  let clients: KafkaClients
  beforeAll(async () => {
    broker = await startMskBroker({
      dir: ownFolder('msk-load'),
      sessionMs,
      settings: { 'log.retention.check.interval.ms': '5000', 'log.segment.delete.delay.ms': '1000' },
    })
    scene = await MskScene.open(broker)
    scene.keys(await scene.knownKey())
    const settings = new Map(Object.entries({ ...scene.trust, 'msk.cluster.arn': scene.aws.arn }))
    const reached = await reachKafka(settings, { base: fileURLToPath(new URL('..', import.meta.url)), log })
    clients = await openKafkaClients(reached, { log, clientId: 'load' })
    const admin = clients.admin()
    await admin.createTopics([
      { name: 'load', partitions, configs: small },
      { name: 'quiet', partitions: 1 },
    ])
    await admin.close()
  }, 300_000)
  afterAll(async () => {
    await scene?.close()
    await broker?.stop()
  }, 60_000)

  it('makes no new connection, has no error and loses nothing; idle producers and paused consumers live on', async () => {
    const errors: unknown[] = []
    const tally = { sent: 0, acknowledged: 0 }
    const count = ({ records, error }: { records: readonly unknown[]; error?: unknown }): void => {
      if (error) errors.push(error)
      else tally.acknowledged += records.length
    }
    const busy = clients.producer<OutgoingRecord>(count)
    const quiet = producing(clients, errors)
    const paused = await pausedConsumer(clients)
    const value = randomBytes(recordBytes)
    const send = async (records: number): Promise<void> => {
      const batch = Array.from({ length: records }, (_, index) => ({
        topic: 'load',
        partition: index % partitions,
        key: null,
        value,
      }))
      await busy.send(batch)
      tally.sent += records
    }
    // all connections are there before they are counted
    await quiet.send(1)
    await paused.received(1)
    await send(atOnce)
    await busy.flush()
    await paused.pause()
    const before = await broker.figures('iam')

    const startedAt = performance.now()
    while (performance.now() - startedAt < minutes * 60_000) await send(atOnce)
    await busy.flush()
    const seconds = (performance.now() - startedAt) / 1000
    const after = await broker.figures('iam')
    await quiet.send(100)
    paused.resume()
    await paused.received(101)

    const megabytes = (tally.acknowledged * recordBytes) / 1e6
    process.stderr.write(
      `${megabytes.toFixed(0)} MB in ${seconds.toFixed(0)} s, ${(megabytes / seconds).toFixed(1)} MB/s; connections made: ${after.created - before.created}, logins renewed: ${after.renewals - before.renewals}, refused: ${after.refusedRenewals}\n`,
    )
    expect(errors).toEqual([])
    expect(log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
    expect(tally.acknowledged).toBe(tally.sent)
    const admin = clients.admin()
    const ends = await admin.offsets('load', 'latest')
    await admin.close()
    expect([...ends.values()].reduce((sum, end) => sum + end, 0n)).toBe(BigInt(tally.sent))
    expect(after.created).toBe(before.created)
    expect(after.renewals - before.renewals).toBeGreaterThan(10)
    expect(after.refusedRenewals).toBe(0)
    await Promise.all([busy.close(), quiet.close(), paused.close()])
  }, 900_000)
})

function producing(clients: KafkaClients, errors: unknown[]) {
  const producer = clients.producer<OutgoingRecord>(({ error }) => {
    if (error) errors.push(error)
  })
  return {
    async send(records: number) {
      await producer.send(
        Array.from({ length: records }, () => ({ topic: 'quiet', key: null, value: Buffer.from('x') })),
      )
      await producer.flush()
    },
    close: () => producer.close(),
  }
}

/** Polls all the time, as a sink's loop does, whether it is paused or not. */
async function pausedConsumer(clients: KafkaClients) {
  const closing = new AbortController()
  const tally = { records: 0 }
  const consumer: GroupConsumer = clients.consumer({
    groupId: 'paused',
    topics: ['quiet'],
    assigned: async () => {},
    revoked: async () => {},
  })
  const polling = (async () => {
    while (!closing.signal.aborted) {
      const batches = await consumer.poll({ signal: closing.signal }).catch((error: unknown) => {
        if (closing.signal.aborted) return []
        throw error
      })
      tally.records += batches.reduce((sum, { records }) => sum + records.length, 0)
    }
  })()
  return {
    async received(records: number) {
      while (tally.records < records) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(tally.records).toBe(records)
    },
    async pause() {
      consumer.pause(consumer.assignment())
    },
    resume: () => consumer.resume(consumer.assignment()),
    async close() {
      closing.abort(new Error('over'))
      await polling
      await consumer.close()
    },
  }
}
