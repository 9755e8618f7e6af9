import { Kafka, logLevel } from 'kafkajs'
import type { HdfsFile, IndexedDocument, TopicRecord } from './history.ts'

/** The whole topic up to its end offsets at the call, in order within each partition; read by a client that is not Sluice's. */
export async function readTopic(bootstrapServers: string, topic: string): Promise<TopicRecord[]> {
  const kafka = new Kafka({
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    clientId: 'checker',
  })
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]),
  )
  await admin.disconnect()
  const records: TopicRecord[] = []
  const missing = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition))
  if (missing.size === 0) return records
  const done = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: `checker-${process.pid}-${Date.now()}` })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const end = ends.get(batch.partition)!
        for (const { offset, key, value } of batch.messages) {
          if (BigInt(offset) >= end) continue
          records.push({
            partition: batch.partition,
            offset: BigInt(offset),
            key: key === null ? null : key.toString(),
            value: value === null ? null : value.toString(),
          })
        }
        if (BigInt(batch.lastOffset()) >= end - 1n) missing.delete(batch.partition)
        if (missing.size === 0) done.resolve()
      },
    })
    await done.promise
  } finally {
    await consumer.disconnect()
  }
  return records.toSorted((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1))
}

/** By partition where the group reads on (-1: it has committed nothing), and where the topic ends. */
export async function readPositions(
  bootstrapServers: string,
  { groupId, topic }: { readonly groupId: string; readonly topic: string },
): Promise<{ readonly committed: readonly string[]; readonly ends: readonly string[] }> {
  const admin = new Kafka({
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    clientId: 'checker',
  }).admin()
  await admin.connect()
  try {
    const ends = await admin.fetchTopicOffsets(topic)
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const committed = new Map(group!.partitions.map(({ partition, offset }) => [partition, offset]))
    return {
      committed: ends.map(({ partition }) => committed.get(partition) ?? '-1'),
      ends: ends.map(({ high }) => high),
    }
  } finally {
    await admin.disconnect()
  }
}

const MOST_DOCUMENTS = 100_000

/** All documents of an index with their versions; at most 100,000, which is checked. */
export async function readIndex(url: string, index: string): Promise<IndexedDocument[]> {
  const ask = (path: string, method: string, body?: object): Promise<Response> =>
    fetch(`${url}/${index}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
  const prepared = await ask('_settings', 'PUT', { index: { max_result_window: MOST_DOCUMENTS } })
  // made in a moment, perhaps: what is asked for then would still be too much
  if (prepared.status === 404) return []
  await ask('_refresh', 'POST')
  const answer = await ask('_search', 'POST', { size: MOST_DOCUMENTS, version: true, track_total_hits: true })
  if (!answer.ok) throw new Error(`The index ${index} can't be read: ${answer.status} ${await answer.text()}`)
  const { hits } = (await answer.json()) as {
    hits: { total: { value: number }; hits: { _id: string; _version: number; _source: unknown }[] }
  }
  if (hits.total.value !== hits.hits.length)
    throw new Error(`The index holds ${hits.total.value} documents, too many to read at once.`)
  return hits.hits.map(({ _id, _version, _source }) => ({
    id: _id,
    version: BigInt(_version),
    content: _source,
  }))
}

/** The finished files of a topic with their lines. */
export async function readFiles(
  hdfs: { url: string; user: string },
  topicFolder: string,
): Promise<HdfsFile[]> {
  const ask = (path: string, op: string): Promise<Response> =>
    fetch(`${hdfs.url}/webhdfs/v1${encodeURI(path)}?op=${op}&user.name=${hdfs.user}`)
  const list = async (folder: string): Promise<{ pathSuffix: string; type: string }[]> => {
    const answer = await ask(folder, 'LISTSTATUS')
    if (answer.status === 404) return []
    const body = (await answer.json()) as {
      FileStatuses: { FileStatus: { pathSuffix: string; type: string }[] }
    }
    return body.FileStatuses.FileStatus
  }
  const files: HdfsFile[] = []
  for (const { pathSuffix: folder, type } of await list(topicFolder)) {
    if (type !== 'DIRECTORY') continue
    for (const { pathSuffix } of await list(`${topicFolder}/${folder}`)) {
      const name = /\+(\d+)\+(\d+)\+(\d+)\.\w+$/.exec(pathSuffix)
      if (name === null)
        throw new Error(`${topicFolder}/${folder}/${pathSuffix} is no name of a finished file.`)
      const path = `${topicFolder}/${folder}/${pathSuffix}`
      const text = await (await ask(path, 'OPEN')).text()
      const lines = text.split('\n').slice(0, -1)
      files.push({ path, partition: Number(name[1]), start: BigInt(name[2]!), end: BigInt(name[3]!), lines })
    }
  }
  return files
}
