import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { numbersIn, WorkerScene } from '../threads/fixtures/worker-scene.ts'

let bootstrap: string
let scene: WorkerScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene?.close())

describe.each(['thread', 'none'])('a standalone worker with task.isolation=%s', (isolation) => {
  it('goes on where it stopped, flushed and committed by SIGTERM', async () => {
    const topic = `standalone-${randomUUID().slice(0, 8)}`
    const settings = {
      'bootstrap.servers': bootstrap,
      'task.isolation': isolation,
      // so that only the shutdown can have committed
      'offset.flush.interval.ms': '600000',
    }
    scene = await WorkerScene.start(settings)
    await scene.connector(topic, {})
    await scene.until(async () => (await numbersIn(bootstrap, topic).catch(() => [])).length >= 20)
    expect(await scene.end('SIGTERM')).toBe(0)
    const before = await numbersIn(bootstrap, topic)

    scene.log.length = 0
    await scene.run(settings)
    await scene.connector(topic, {})
    await scene.until(async () => (await numbersIn(bootstrap, topic)).length >= before.length + 10)
    await scene.end('SIGTERM')
    const all = await numbersIn(bootstrap, topic)
    expect(all).toEqual(all.map((_, index) => index + 1))
  }, 60_000)

  it('shows what it measures, and pauses and resumes', async () => {
    const topic = `standalone-${randomUUID().slice(0, 8)}`
    scene = await WorkerScene.start({ 'bootstrap.servers': bootstrap, 'task.isolation': isolation })
    await scene.connector(topic, {})
    const written = async (): Promise<number> => (await numbersIn(bootstrap, topic).catch(() => [])).length
    await scene.until(async () => (await written()) > 5)
    const total = `kafka_connect_source_task_source_record_write_total{connector="${topic}",task="0"}`
    await scene.until(async () => (await scene.text('/metrics')).includes(total))
    await scene.call('PUT', `/connectors/${topic}/pause`)
    await scene.until(async () => (await scene.state(topic)) === 'PAUSED')
    await scene.call('PUT', `/connectors/${topic}/resume`)
    const before = await written()
    await scene.until(async () => (await written()) > before)
    await scene.until(async () => {
      const { body } = await scene.call('GET', `/connectors/${topic}/topics`)
      return JSON.stringify(body) === JSON.stringify({ [topic]: { topics: [topic] } })
    })
  }, 60_000)
})
