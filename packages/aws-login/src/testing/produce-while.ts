import { fileURLToPath } from 'node:url'
import { openKafkaClients, type OutgoingRecord, reachKafka } from '@sluice/runtime'
import { memoryLogger } from '@sluice/testkit'

const log = memoryLogger()

/** Produces a record every few milliseconds until `body` is done; `renewed` waits until all logins have been renewed since. */
export async function produceWhile(
  settings: Readonly<Record<string, string>>,
  body: (renewed: () => Promise<void>) => Promise<void>,
): Promise<{ readonly sent: number; readonly delivered: number; readonly errors: readonly unknown[] }> {
  const base = fileURLToPath(new URL('../..', import.meta.url))
  const reached = await reachKafka(new Map(Object.entries(settings)), { base, log })
  const clients = await openKafkaClients(reached, { log, clientId: 'rotation' })
  const topic = `rotation-${process.pid}-${Date.now()}`
  const admin = clients.admin()
  await admin.createTopics([{ name: topic, partitions: 1 }])
  await admin.close()
  const errors: unknown[] = []
  let [sent, delivered] = [0, 0]
  const producer = clients.producer<OutgoingRecord>(
    ({ records, error }) => {
      if (error) errors.push(error)
      else delivered += records.length
    },
    { 'linger.ms': '0' },
  )
  const over = new AbortController()
  const producing = (async () => {
    while (!over.signal.aborted) {
      await producer.send([{ topic, key: null, value: Buffer.from(String(sent)) }])
      sent += 1
      await pause(5)
    }
  })()
  // a session and some: a login that was good when this began is not any more
  await body(() => pause(4000))
  over.abort()
  await producing
  await producer.close()
  return { sent, delivered, errors }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
