import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sharedServices } from '@sluice/testkit/services'
import { freePort } from './faults/pipeline-world.ts'
import { readTopic } from './faults/readings.ts'

const app = fileURLToPath(new URL('../examples/embedded/src/app.ts', import.meta.url))

describe('the example of an embedded worker', () => {
  let child: ChildProcess | undefined
  afterEach(() => void child?.kill('SIGKILL'))

  it('answers by HTTP while its source writes, and ends in order', async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    const topic = `greetings-${randomUUID().slice(0, 8)}`
    const port = await freePort()
    child = spawn(process.execPath, ['--conditions=source', app], {
      env: { ...process.env, KAFKA: bootstrapServers, TOPIC: topic, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit') as Promise<[number | null]>
    await Promise.race([once(child.stdout!, 'data'), exited])
    child.stdout!.resume()

    const state = async (): Promise<string | undefined> => {
      const answer = await fetch(`http://127.0.0.1:${port}/`)
      const body = (await answer.json()) as { greetings: { tasks: readonly { state: string }[] } }
      return body.greetings.tasks[0]?.state
    }
    const deadline = Date.now() + 60_000
    while ((await state()) !== 'RUNNING' && Date.now() < deadline) await sleep(100)
    expect(await state()).toBe('RUNNING')
    await sleep(3_000)

    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
    const greetings = (await readTopic(bootstrapServers, topic)).map(({ value }) => value)
    expect(greetings.length).toBeGreaterThan(0)
    expect(greetings).toEqual(greetings.map((_, index) => `hello ${index + 1}`))
  }, 120_000)

  it('is shorter than 40 lines', () => {
    expect(readFileSync(app, 'utf8').trimEnd().split('\n').length).toBeLessThan(40)
  })
})
