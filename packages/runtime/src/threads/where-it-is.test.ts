import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { currentTask, whereItIs } from './where-it-is.ts'

const longEnough = 20_000
const context = `
  const { AsyncLocalStorage } = require('node:async_hooks')
  const { parentPort } = require('node:worker_threads')
  const task = new AsyncLocalStorage()
  globalThis.${currentTask} = () => task.getStore()
  function spin() { while (true); }
`

/** A thread that says that it is about to run something. */
async function threadThat(runs: string): Promise<Worker> {
  const worker = new Worker(`${context}; ${runs}`, { eval: true })
  await once(worker, 'message')
  return worker
}

describe('a thread that never yields', () => {
  it.each([
    ['in a call', "task.run(7, () => { parentPort.postMessage('now'); spin() })"],
    ['behind an await', "task.run(7, async () => { parentPort.postMessage('now'); await 0; spin() })"],
  ])(
    'is found %s, with whose code it runs, and can be ended then',
    async (_, runs) => {
      const worker = await threadThat(runs)
      const found = await whereItIs(worker.threadId, longEnough)
      expect(await worker.terminate()).toBe(1)
      expect(found).toMatchObject({
        task: 7,
        frames: expect.arrayContaining([expect.stringMatching(/^ {4}at spin \(/)]),
      })
    },
    60_000,
  )

  it('is given up where it is not found in time, or there is no such thread', async () => {
    expect(await whereItIs(999_999, 10)).toBeUndefined()
  })
})
