import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { ConsumerScene, eventually, numbered } from './testing/consumer-scene.ts'

let kafka: KafkaServer
let scene: ConsumerScene
beforeAll(async () => {
  kafka = await startKafka({ dir: ownFolder('consumer-faults') })
  scene = await ConsumerScene.open(kafka)
}, 180_000)
afterAll(async () => {
  kafka.resume()
  await scene.end()
  await kafka.stop()
}, 120_000)

describe('a consumer, when Kafka fails', () => {
  it('goes on by itself after the broker was killed and came back: nothing missed', async () => {
    const topic = await scene.topic({ partitions: 3 })
    await scene.produce(topic, numbered(300))
    const settings = { 'max.poll.records': '10', 'session.timeout.ms': '30000' }
    const member = scene.member({ groupId: scene.name('group'), topics: [topic], settings })
    member.run()
    await eventually(() => member.values().length >= 100)
    await kafka.kill()
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await kafka.start()
    await scene.produce(topic, numbered(300, 300))
    await eventually(() => new Set(member.values()).size === 600, 60_000)
    await member.stop()
  }, 180_000)

  it('says within request.timeout.ms that a frozen broker does not answer, as an error to try again after', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(1))
    const settings = { 'session.timeout.ms': '30000' }
    const member = scene.member(
      { groupId: scene.name('group'), topics: [topic], settings },
      { requestTimeoutMs: 1500 },
    )
    await member.read(1)
    kafka.pause()
    try {
      const polls = async (): Promise<void> => {
        const signal = AbortSignal.timeout(15_000)
        for (;;) await member.consumer.poll({ signal })
      }
      await expect(polls()).rejects.toMatchObject({ name: 'KafkaError', retriable: true })
    } finally {
      kafka.resume()
    }
    await scene.produce(topic, numbered(1, 1))
    await member.read(1)
    expect(member.values()).toEqual(['v0', 'v1'])
    await member.stop()
  }, 120_000)
})

describe('a process that was stopped', () => {
  it('commits nothing and delivers nothing under its old seat when it goes on', async () => {
    const topic = await scene.topic()
    const groupId = scene.name('group')
    await scene.produce(topic, numbered(2000))
    const child = stoppable(kafka.bootstrapServers, groupId, topic)
    try {
      await eventually(() => child.lines.some((line) => line.startsWith('read ')), 30_000)
      child.process.kill('SIGSTOP')
      const heir = scene.member({ groupId, topics: [topic] })
      heir.run()
      await eventually(() => heir.consumer.assignment().length === 1, 30_000)
      await eventually(() => heir.values().length >= 1000)
      const at = child.lines.length
      child.process.kill('SIGCONT')
      await eventually(() => child.lines.slice(at).includes('revoked lost'), 30_000)
      const rest = child.lines.slice(at)
      // The piece of work that was under way may still end in a commit: that is refused.
      expect(rest.filter((line) => line === 'committed')).toEqual([])
      expect(rest.slice(0, rest.indexOf('revoked lost')).filter((line) => line.startsWith('read '))).toEqual(
        [],
      )
      await heir.stop()
    } finally {
      child.process.kill('SIGKILL')
      await once(child.process, 'exit')
    }
  }, 120_000)
})

const stoppable = (
  bootstrapServers: string,
  groupId: string,
  topic: string,
): { readonly process: ChildProcess; readonly lines: string[] } => {
  const script = fileURLToPath(new URL('./testing/slow-member.ts', import.meta.url))
  const args = ['--conditions=source', script, bootstrapServers, groupId, topic]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line !== ''))
  })
  return { process: child, lines }
}
