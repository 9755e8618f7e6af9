import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import {
  ClusterScene,
  type ClusterWorker,
} from '../../packages/runtime/src/distributed/testing/cluster-scene.ts'

const faults = ['kill', 'freeze', 'kill', 'freeze long', 'reconfigure'] as const
/** Ten SIGKILLs and ten SIGSTOPs, and five changes of the number of tasks between them. */
const rounds = 5 * faults.length
const tasks = 5

describe('exactly-once tasks of three workers that are killed and frozen twenty times', () => {
  it('give a reader of read_committed each record once, in order, and none needs a restart by hand', async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    const scene = await ClusterScene.open(bootstrapServers, {
      'exactly.once.source.support': 'enabled',
      'scheduled.rebalance.max.delay.ms': '1000',
      'producer.transaction.timeout.ms': '20000',
    })
    const done = new Map<string, number>()
    try {
      await Promise.all([1, 2, 3].map(() => scene.add()))
      const name = `${scene.name}-a`
      const put = (count: number): Promise<void> =>
        scene.until(
          async () =>
            (await scene.connector(name, count, { 'exactly.once.support': 'required' })).status < 300,
          120_000,
        )
      await put(tasks)
      await goesOn(scene, name, tasks)
      for (let round = 0; round < rounds; round++) {
        const fault = faults[round % faults.length]!
        done.set(fault, (done.get(fault) ?? 0) + 1)
        const worker = scene.workers[Math.floor(Math.random() * 3)]!
        await suffer(worker, fault, { scene, put })
        // half of the faults meet a cluster that has not settled
        if (round % 2 === 0) await goesOn(scene, name, tasks)
        else await sleep(Math.random() * 3_000)
      }
      await put(tasks)
      await goesOn(scene, name, tasks)
      const numbers = await scene.numbers(name, 'read_committed')
      expect(problemsOf(numbers)).toEqual([])
      const signals = ['kill', 'freeze', 'freeze long'].map((fault) => done.get(fault) ?? 0)
      expect(signals.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(20)
      const records = [...numbers.values()].reduce((sum, list) => sum + list.length, 0)
      process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(done), records })}\n`)
    } finally {
      await scene.close()
    }
  }, 1_200_000)
})

async function suffer(
  worker: ClusterWorker,
  fault: (typeof faults)[number],
  { scene, put }: { readonly scene: ClusterScene; readonly put: (tasks: number) => Promise<void> },
): Promise<void> {
  switch (fault) {
    case 'kill':
      await worker.end('SIGKILL')
      return scene.again(worker)
    case 'freeze':
      worker.signal('SIGSTOP')
      await sleep(200 + Math.random() * 2_000)
      worker.signal('SIGCONT')
      return
    case 'freeze long':
      // beyond its session: others run its tasks when it comes back
      worker.signal('SIGSTOP')
      await sleep(8_000 + Math.random() * 4_000)
      worker.signal('SIGCONT')
      return
    case 'reconfigure':
      await put(1 + Math.floor(Math.random() * tasks))
      await sleep(Math.random() * 2_000)
      return put(tasks)
  }
}

/** Waits until each task has committed more, whatever happened before. */
async function goesOn(scene: ClusterScene, name: string, count: number): Promise<void> {
  const keys = Array.from({ length: count }, (_, task) => `${name}/${task}`)
  const lengths = async (): Promise<readonly number[]> => {
    const numbers = await scene.numbers(name, 'read_committed').catch(() => new Map<string, []>())
    return keys.map((key) => numbers.get(key)?.length ?? 0)
  }
  const before = await lengths()
  await scene.until(
    async () => (await lengths()).every((length, index) => length > before[index]! + 10),
    180_000,
  )
}

/** Every number of every task once, in order. */
function problemsOf(numbers: ReadonlyMap<string, readonly { readonly n: number }[]>): readonly string[] {
  return [...numbers].flatMap(([key, list]) =>
    list
      .flatMap(({ n }, index) => (n === index + 1 ? [] : [`${key}: ${n} in place of ${index + 1}`]))
      .slice(0, 5),
  )
}
