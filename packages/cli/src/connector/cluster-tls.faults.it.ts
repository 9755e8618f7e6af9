import { randomUUID } from 'node:crypto'
import type { Logger } from '@sluice/template'
import { type Distributed, startDistributed } from '@sluice/runtime'
import { sharedServices } from '@sluice/testkit/services'
import { type Authority, makeAuthority } from './testing/authority.ts'
import { ConsoleScene, type Said } from './testing/console-scene.ts'

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => quiet }
const name = `tls-${randomUUID().slice(0, 8)}`

let scene: ConsoleScene
let authority: Authority
const workers: Distributed[] = []

async function start(bootstrapServers: string): Promise<void> {
  const store = (what: string): string => `listeners.https.ssl.${what}`
  const settings = {
    'bootstrap.servers': bootstrapServers,
    'group.id': name,
    'config.storage.topic': `${name}-configs`,
    'config.storage.replication.factor': '1',
    'offset.storage.topic': `${name}-offsets`,
    'offset.storage.partitions': '1',
    'offset.storage.replication.factor': '1',
    'status.storage.topic': `${name}-status`,
    'status.storage.partitions': '1',
    'status.storage.replication.factor': '1',
    'heartbeat.interval.ms': '500',
    listeners: 'https://localhost:0',
    [store('keystore.location')]: authority.server,
    [store('keystore.type')]: 'PEM',
    [store('truststore.location')]: authority.ca,
    [store('truststore.type')]: 'PEM',
    'rest.basic.auth.user.ada': 'let me in',
    'offset.flush.interval.ms': '300',
    'task.isolation': 'none',
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
  const workerFile = await scene.file(`worker-${workers.length}.properties`, lines.join(''))
  const plugins = [import.meta.resolve('@sluice/connect-file')]
  workers.push(await startDistributed({ workerFile, plugins, log: quiet }))
}

beforeAll(async () => {
  const { bootstrapServers } = await sharedServices().kafka()
  scene = await ConsoleScene.make({ SLUICE_REST_USER: 'ada', SLUICE_REST_PASSWORD: 'let me in' })
  authority = await makeAuthority(scene.folder)
  await Promise.all([start(bootstrapServers), start(bootstrapServers)])
}, 300_000)
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await scene?.close()
}, 60_000)

/** The options that name one of the workers. */
const at = (worker: number): readonly string[] => [
  '--rest',
  workers[worker]!.addresses[0]!,
  '--cacert',
  authority.ca,
]

describe('the console, before a cluster on https that asks for a login', () => {
  it('steers all of it from any worker, of which one has to ask the other', async () => {
    for (const worker of [0, 1]) {
      const config = {
        'connector.class': 'FileStreamSource',
        file: await scene.file(`in-${worker}.txt`, 'one\ntwo\n'),
        topic: `${name}-${worker}`,
        'topic.creation.default.partitions': '1',
        'topic.creation.default.replication.factor': '1',
      }
      const file = await scene.file(`lines-${worker}.json`, { name: `lines-${worker}`, config })
      await scene.until(['create', file, ...at(worker)], ({ code }) => code === 0)
    }
    // each worker has a connector, and the one that follows hands its tasks over to the leader, signed
    const status = ['status', '--json', ...at(0)]
    const allRun = (connectors: number) => (said: Said) =>
      said.out.match(/"state": "RUNNING"/g)?.length === 2 * connectors
    const { out } = await scene.until(status, allRun(2))
    expect(new Set(out.match(/"worker_id": "[^"]*"/g)).size).toBe(2)
    for (const worker of [0, 1]) {
      const others = `lines-${1 - worker}`
      const steer = async (...args: readonly string[]): Promise<void> => {
        expect(await scene.connector([...args, ...at(worker)])).toMatchObject({ code: 0, err: '' })
      }
      await steer('update', '--name', others, '--set', 'batch.size=7')
      await scene.until(status, allRun(2 - worker))
      await steer('restart', others, '--task', '0')
      await steer('stop', others)
      await steer('offsets', 'reset', others, '--yes')
      await steer('delete', others, '--yes')
    }
    await scene.until(['list', '--json', ...at(1)], (said) => said.out.trim() === '[]')
  }, 240_000)

  it('says what is missing', async () => {
    const [, rest = ''] = at(0)
    const stranger = await scene.connector(['list', '--rest', rest])
    expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining('--cacert') })
    const nobody = await scene.connector(['list', ...at(0), '--user', 'eve'])
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('--user') })
  }, 60_000)
})
