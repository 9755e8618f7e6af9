import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '@sluice/testkit/services'
import { SluiceProcess } from '../bad-input/sluice-process.ts'
import { workerSettings } from './world.ts'

export interface RestWorker {
  readonly url: string
  stop(): Promise<void>
}

export type Mode = 'standalone' | 'distributed'

/** A worker of the `sluice` command with no connectors, in the folder of its files. */
export async function startSluice(
  folder: string,
  bootstrapServers: string,
  mode: Mode = 'standalone',
): Promise<RestWorker> {
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const settings = {
    'bootstrap.servers': bootstrapServers,
    listeners: url,
    ...workerSettings,
    ...(mode === 'standalone'
      ? { 'offset.storage.file.filename': join(folder, 'offsets.dat') }
      : cluster(port!)),
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, 'worker.properties'), lines.join(''))
  const process = new SluiceProcess([mode, 'worker.properties'], folder)
  await untilReady(url, process)
  return { url, stop: () => process.end() }
}

function cluster(port: number): Readonly<Record<string, string>> {
  const group = `rest-${port}`
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    [`${kind}.storage.topic`, `${group}-${kind}`],
    [`${kind}.storage.replication.factor`, '1'],
  ])
  return { 'group.id': group, ...Object.fromEntries(topics) }
}

async function untilReady(url: string, process: SluiceProcess): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined)
    if (answer?.ok) return
    if (process.exitCode !== undefined || performance.now() > deadline) {
      throw new Error(`The worker isn't ready:\n${process.complaint}\n${process.logged}`)
    }
    await sleep(100)
  }
}
