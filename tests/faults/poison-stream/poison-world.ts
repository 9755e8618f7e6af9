import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { ownFolder, sharedServices } from '@sluice/testkit/services'
import type { Kafka } from 'kafkajs'
import { SluiceProcess } from '../../bad-input/sluice-process.ts'
import { freePort } from '../pipeline-world.ts'
import { WorkerProcess } from '../worker-process.ts'
import { client, type ReadRecord, readAll } from './letters.ts'

export type Settings = Readonly<Record<string, string>>

/** Of every connector here: records that fail are set aside, and a failed task tries again at once. */
export function tolerant(deadLetters: string): Settings {
  return {
    'task.restart.backoff.ms': '500',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': deadLetters,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  }
}

const plugins = fileURLToPath(new URL('plugins.ts', import.meta.url))

/** One worker with the plug-ins that trip and mend, on the shared servers. */
export class PoisonWorld {
  readonly bootstrapServers: string
  readonly kafka: Kafka
  readonly worker: WorkerProcess
  readonly folder: string
  /** Makes names unique. */
  readonly id = randomUUID().slice(0, 8)

  private constructor(how: { bootstrapServers: string; worker: WorkerProcess; folder: string }) {
    this.bootstrapServers = how.bootstrapServers
    this.kafka = client(how.bootstrapServers)
    this.worker = how.worker
    this.folder = how.folder
  }

  static async start(): Promise<PoisonWorld> {
    const { bootstrapServers } = await sharedServices().kafka()
    const folder = ownFolder('poison')
    const settings = {
      'bootstrap.servers': bootstrapServers,
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'key.converter.schemas.enable': 'false',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'offset.storage.file.filename': join(folder, 'offsets.dat'),
      'offset.flush.interval.ms': '500',
      'plugin.path': plugins,
    }
    const worker = await WorkerProcess.prepare(
      { dir: folder, worker: settings, connectors: {} },
      await freePort(),
    )
    worker.start()
    await worker.untilRunning(0)
    return new PoisonWorld({ bootstrapServers, worker, folder })
  }

  /** Gives a connector these settings. */
  async put(name: string, settings: Settings): Promise<void> {
    const answer = await fetch(`${this.worker.restUrl}/connectors/${name}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    })
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
  }

  /** Takes a connector away: its task has ended then, and everything is committed. */
  async remove(name: string): Promise<void> {
    await fetch(`${this.worker.restUrl}/connectors/${name}`, { method: 'DELETE' })
  }

  letters(topic: string): Promise<readonly ReadRecord[]> {
    return readAll(this.kafka, topic)
  }

  /** `sluice dlq ...` in a process of its own; what it printed. */
  async dlq(...args: readonly string[]): Promise<string> {
    const sluice = new SluiceProcess(['dlq', ...args, '--worker', 'worker.properties'], this.folder)
    await sluice.ended(60_000)
    if (sluice.exitCode !== 0)
      throw new Error(`It ended with ${sluice.exitCode}:\n${sluice.complaint}${sluice.logged}`)
    return sluice.logged
  }

  /** A connector's settings as a file in the worker's folder. */
  async write(name: string, config: Settings): Promise<string> {
    const file = `${name}.json`
    await writeFile(join(this.folder, file), JSON.stringify({ name, config }))
    return file
  }

  async close(): Promise<void> {
    await this.worker.stop()
  }
}

/** Asks until it is as wanted; fails with what it was at last after `ms`. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (found: T) => boolean,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = await ask()
    if (wanted(found)) return found
    if (Date.now() > deadline) throw new Error(`It did not come to that: ${inspect(found).slice(0, 2000)}`)
    await sleep(200)
  }
}
