import { createKafka } from '../create-kafka.ts'

/** A member in a process of its own, to be stopped: reads ten records, works on them for 100 ms, commits; says each on a line. */
const [, , bootstrapServers = '', groupId = '', topic = ''] = process.argv
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const kafka = createKafka({ settings: { 'bootstrap.servers': bootstrapServers }, log })
const consumer = kafka.consumer({
  groupId,
  topics: [topic],
  settings: { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '1000', 'max.poll.records': '10' },
  assigned: () => Promise.resolve(say('assigned')),
  revoked: (_, { lost }) => Promise.resolve(say(lost ? 'revoked lost' : 'revoked')),
})

const { signal } = new AbortController()
for (;;) {
  const batches = await consumer.poll({ signal })
  if (batches.length === 0) continue
  say(`read ${batches.flatMap(({ records }) => records).length}`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  try {
    await consumer.commit(
      batches.map(({ topic: name, partition, nextOffset }) => ({
        topic: name,
        partition,
        offset: nextOffset,
      })),
    )
    say('committed')
  } catch (error) {
    say(`refused ${String(error)}`)
  }
}
