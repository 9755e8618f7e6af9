import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { contextHeaders } from '../errors/context-headers.ts'
import type { FetchedRecord } from '../kafka/types.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { LetterDesk, type ReplayRequest } from './letter-desk.ts'
import { type LetterClients, openLetterClients } from './open-clients.ts'
import type { LetterFate, ReplayResult } from './replay.ts'

const run = randomUUID().slice(0, 8)
const letters = 1000

describe('dead letters on a real cluster', () => {
  let settings: ReadonlyMap<string, string>
  let clients: LetterClients
  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    settings = new Map([['bootstrap.servers', bootstrapServers]])
    clients = openLetterClients(settings, silentLogger)
  }, 180_000)

  /** A topic with two partitions and its dead letters, in two as well; half of them failed in a transform. */
  async function scene(name: string): Promise<{ topic: string; dead: string }> {
    const [topic, dead] = [`${name}-${run}`, `${name}-${run}-dlq`]
    const admin = clients.admin()
    await admin.createTopics([topic, dead].map((one) => ({ name: one, partitions: 2, replicationFactor: 1 })))
    await admin.close()
    const producer = clients.producer(() => {})
    await producer.send(
      Array.from({ length: letters }, (_, n) => ({
        topic: dead,
        partition: n % 2,
        key: Buffer.from(`k${n}`),
        value: Buffer.from(`v${n}`),
        timestamp: 1_000_000 + n,
        headers: contextHeaders({
          task: { connector: 'c', index: 0 },
          place: { topic, partition: n % 2, offset: BigInt(n) },
          failure: {
            stage: n % 4 < 2 ? 'TRANSFORMATION' : 'VALUE_CONVERTER',
            error: new Error(`Bad ${n}.`),
            by: 'x',
          },
        }),
      })),
    )
    await producer.close()
    return { topic, dead }
  }

  async function replay(
    topic: string,
    how: Partial<ReplayRequest> = {},
  ): Promise<{ readonly result: ReplayResult; readonly fates: readonly LetterFate[] }> {
    const desk = new LetterDesk(settings, silentLogger)
    const fates: LetterFate[] = []
    try {
      const result = await desk.replay({
        topic,
        groupId: LetterDesk.groupOf(topic),
        filter: {},
        limit: Infinity,
        byKey: false,
        unlessNewer: false,
        dryRun: false,
        pathOf: async () => undefined,
        signal: new AbortController().signal,
        ...how,
        onLetter: (fate) => {
          fates.push(fate)
          how.onLetter?.(fate)
        },
      })
      return { result, fates }
    } finally {
      await desk.close()
    }
  }

  async function read(topic: string): Promise<readonly (FetchedRecord & { readonly partition: number })[]> {
    const records: (FetchedRecord & { readonly partition: number })[] = []
    const reader = clients.reader()
    await reader.readToEnd(topic, (record) => records.push(record))
    await reader.close()
    return records
  }

  const valuesOf = async (topic: string): Promise<readonly string[]> =>
    (await read(topic)).map(({ value }) => String(value)).toSorted()

  const all = Array.from({ length: letters }, (_, n) => `v${n}`).toSorted()

  it('go to their topic and partition as they were, first those that a filter means, then the rest', async () => {
    const { topic, dead } = await scene('filter')
    const first = await replay(dead, { filter: { stage: 'TRANSFORMATION' } })
    expect(first.result).toEqual({ doneBefore: 0, leftOut: letters / 2 })
    expect(await read(topic)).toHaveLength(letters / 2)
    const second = await replay(dead)
    // those before the first one that was left are not looked at again
    expect(second.fates).toHaveLength(letters / 2)
    const records = await read(topic)
    expect(await valuesOf(topic)).toEqual(all)
    for (const { partition, key, value, timestamp, headers } of records) {
      const n = Number(String(value).slice(1))
      expect([partition, String(key), timestamp]).toEqual([n % 2, `k${n}`, 1_000_000 + n])
      expect(headers.map((one) => [one.key, String(one.value)])).toEqual([
        ['__sluice.replayed.from', `${dead}-${n % 2}@${Math.floor(n / 2)}`],
      ])
    }
    expect((await replay(dead)).fates).toEqual([])
    const [found] = await new LetterDesk(settings, silentLogger).topics({
      named: new Map([[dead, []]]),
      all: false,
    })
    expect([found?.letters, found?.left]).toEqual([BigInt(letters), 0n])
  }, 90_000)

  it('are sent once although the replay is interrupted again and again', async () => {
    const { topic, dead } = await scene('interrupted')
    for (let session = 0; session < 20; session++) {
      const stop = new AbortController()
      let seen = 0
      const { result } = await replay(dead, {
        signal: stop.signal,
        onLetter: () => ++seen === 150 && stop.abort(),
      })
      if (result.stopped === undefined) break
    }
    expect(await valuesOf(topic)).toEqual(all)
  }, 90_000)

  it('are sent once although two replay them at the same time', async () => {
    const { topic, dead } = await scene('twice')
    await Promise.all([replay(dead), replay(dead)])
    await replay(dead)
    expect(await valuesOf(topic)).toEqual(all)
  }, 90_000)
})
