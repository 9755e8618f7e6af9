import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pythonUnavailable, pythonWith, sharedServices } from '@sluice/testkit/services'
import { type RestWorker, startSluice } from './sluice-worker.ts'
import { type Prepared, prepare } from './world.ts'

const run = promisify(execFile)
const unavailable = pythonUnavailable()
const possible = unavailable === undefined ? describe : describe.skip

/** Clients of Kafka Connect's REST API that others have written, as they are on PyPI. */
const packages = ['kafka-connect-py==1.0.0', 'kafka-connect-api==0.5.10', 'requests==2.32.5'] as const

possible(`public clients ${unavailable === undefined ? '' : `(${unavailable})`}`, () => {
  let world: Prepared
  let worker: RestWorker
  let python: Awaited<ReturnType<typeof pythonWith>>

  beforeAll(async () => {
    const [{ bootstrapServers }, found] = await Promise.all([
      sharedServices().kafka(),
      pythonWith('kafka-connect-clients-1', packages),
    ])
    python = found
    world = await prepare(bootstrapServers)
    worker = await startSluice(world.folder, bootstrapServers)
  }, 300_000)

  afterAll(async () => {
    await worker?.stop()
    await world?.dispose()
  }, 60_000)

  /** What the script of that name tells, by its own names. */
  async function drive(script: string): Promise<unknown> {
    const path = fileURLToPath(new URL(`clients/${script}`, import.meta.url))
    const { stdout } = await run(
      python.command,
      [path, worker.url, world.folder, world.topics['rest-lines']!],
      { env: python.env },
    )
    const lines = stdout.trimEnd().split('\n')
    return Object.fromEntries(lines.map((line) => JSON.parse(line) as [string, unknown]))
  }

  it('kafka-connect-py leads a source through its life', async () => {
    expect(await drive('drive_kafka_connect_py.py')).toEqual({
      info: ['commit', 'kafka_cluster_id', 'version'],
      plugins: [
        'org.apache.kafka.connect.file.FileStreamSinkConnector',
        'org.apache.kafka.connect.file.FileStreamSourceConnector',
      ],
      validate: 0,
      create: 'py',
      running: 1,
      list: ['py'],
      'list-of-running': ['py'],
      get: 'source',
      config: world.topics['rest-lines'],
      update: '10',
      tasks: [{ connector: 'py', task: 0 }],
      'task-status': 'RUNNING',
      paused: 'PAUSED',
      resumed: 'RUNNING',
      'restart-with-tasks': 'RESTARTING',
      topics: ['py'],
      stopped: [],
      gone: 404,
    })
  }, 120_000)

  it('kafka-connect-api leads a sink through its life', async () => {
    expect(await drive('drive_kafka_connect_api.py')).toEqual({
      cluster: [true, true],
      running: 'RUNNING',
      connectors: ['api'],
      exists: true,
      class: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      tasks: [
        [0, true],
        [1, true],
      ],
      paused: 'PAUSED',
      restarted: 'RUNNING',
      cycled: 'RUNNING',
      'root-logger': 'WARN',
      gone: 404,
    })
  }, 120_000)
})
