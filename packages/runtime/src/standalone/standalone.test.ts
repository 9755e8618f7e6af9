import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../telemetry/logger.ts'
import { startStandalone } from './standalone.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-standalone-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Nobody listens on port 1. */
const unreachable = { 'bootstrap.servers': '127.0.0.1:1', 'task.isolation': 'none', listeners: '' }

async function file(name: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name)
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(path, lines.join(''))
  return path
}

const troubled = new URL('../threads/fixtures/troubled-source.ts', import.meta.url).href

function start(workerFile: string, how: { signal?: AbortSignal; connectorFiles?: readonly string[] } = {}) {
  return startStandalone({ workerFile, connectorFiles: [], plugins: [troubled], log: silentLogger, ...how })
}

describe('a standalone worker', () => {
  it('is stopped while it starts, whatever a connector does', async () => {
    const workerFile = await file('worker.properties', {
      ...unreachable,
      'offset.storage.file.filename': join(folder, 'offsets.dat'),
    })
    const settings = { name: 'a', 'connector.class': 'troubled', topic: 'a', trouble: 'hang-in-check' }
    const stop = new AbortController()
    const stopped = new Error('Stopped.')
    const starting = start(workerFile, {
      signal: stop.signal,
      connectorFiles: [await file('a.properties', settings)],
    })
    setImmediate(() => stop.abort(stopped))
    await expect(starting).rejects.toBe(stopped)
  })

  it('names the file of a connector that is not right, and leaves nothing that runs', async () => {
    const offsets = join(folder, 'offsets.dat')
    const workerFile = await file('worker.properties', {
      ...unreachable,
      'offset.storage.file.filename': offsets,
    })
    const bad = await file('bad.properties', { name: 'bad', 'connector.class': 'nothing' })
    await expect(start(workerFile, { connectorFiles: [bad] })).rejects.toThrow(
      /bad\.properties: .*connector\.class/s,
    )
  })

  it.each([
    ['nowhere.properties', /nowhere\.properties can't be read: there is no such file\./],
    ['.', /can't be read: it is a folder; name the file itself\./],
  ])('says why a file can not be read: %s', async (name, message) => {
    await expect(start(join(folder, name))).rejects.toThrow(message)
  })

  it('knows files that were given in the wrong order', async () => {
    const worker = await file('worker.properties', { ...unreachable, 'offset.storage.file.filename': 'x' })
    const connector = await file('orders.properties', { name: 'orders', 'connector.class': 'troubled' })
    await expect(start(connector, { connectorFiles: [worker] })).rejects.toThrow(
      "looks like a connector's settings, not the worker's: the worker's file comes first",
    )
    await expect(start(worker, { connectorFiles: [worker] })).rejects.toThrow(
      "looks like a worker's settings, not a connector's: the worker's file comes first",
    )
  })

  it('refuses a file for offsets in a folder that there is not, before anything is read', async () => {
    const offsets = join(folder, 'nowhere', 'offsets.dat')
    const workerFile = await file('worker.properties', {
      ...unreachable,
      'offset.storage.file.filename': offsets,
    })
    await expect(start(workerFile)).rejects.toThrow(
      `offset.storage.file.filename is ${offsets}, and nothing can be written there: there is no folder ${join(folder, 'nowhere')}`,
    )
  })
})
