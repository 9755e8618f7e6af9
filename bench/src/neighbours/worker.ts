import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const plugins = [
  'bench/src/neighbours/load-source.ts',
  'bench/src/neighbours/load-sink.ts',
  'tests/faults/bad-connectors/bad-source.ts',
  'tests/faults/bad-connectors/bad-sink.ts',
]

/** A worker as a user has it, in a process of its own and at its default settings. */
export class BenchWorker {
  readonly #url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.#url = url
    this.#child = child
  }

  static async start(
    dir: string,
    how: { readonly bootstrap: string; readonly port: number },
  ): Promise<BenchWorker> {
    const url = `http://127.0.0.1:${how.port}`
    const settings = {
      'bootstrap.servers': how.bootstrap,
      listeners: url,
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'offset.storage.file.filename': join(dir, 'offsets'),
      'plugin.path': plugins.map((plugin) => join(root, plugin)).join(),
    }
    const file = join(dir, 'worker.properties')
    await writeFile(
      file,
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    const log = openSync(join(dir, 'worker.log'), 'a')
    const cli = join(root, 'packages/cli/src/bin.ts')
    const child = spawn(process.execPath, ['--conditions=source', cli, 'standalone', file], {
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    const worker = new BenchWorker(url, child)
    await worker.until(async () => (await worker.get('/')).status === 200)
    return worker
  }

  get(path: string): Promise<Response> {
    return fetch(this.#url + path)
  }

  async put(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.#send('PUT', `/connectors/${name}/config`, config)
  }

  async delete(name: string): Promise<void> {
    await this.#send('DELETE', `/connectors/${name}`)
  }

  async #send(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(this.#url + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  }

  /** Records of each connector since it began. */
  async counts(): Promise<ReadonlyMap<string, number>> {
    const text = await (await this.get('/metrics')).text()
    const lines = text.matchAll(
      /^kafka_connect_(?:source_task_source_record_write|sink_task_sink_record_send)_total\{connector="([^"]+)",task="0"\} (\S+)$/gm,
    )
    return new Map([...lines].map(([, name, count]) => [name!, Number(count)]))
  }

  async until(condition: () => Promise<boolean>, ms = 60_000): Promise<void> {
    const deadline = performance.now() + ms
    while (!(await condition().catch(() => false))) {
      if (performance.now() > deadline)
        throw new Error('It did not happen in time; see the log of the worker.')
      await sleep(200)
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}
