import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts, type KafkaConnectServer, startKafkaConnect } from '@sluice/testkit/services'
import { SluiceProcess } from '../bad-input/sluice-process.ts'

/** A worker of one kind or the other, of the same cluster: they have the same worker.properties but for their addresses. */
export interface Turn {
  readonly url: string
  stop(): Promise<void>
}

export interface Cluster {
  readonly dir: string
  readonly bootstrapServers: string
  readonly settings: Readonly<Record<string, string>>
}

/** Kafka Connect's own worker. */
export async function jvmTurn({
  dir,
  bootstrapServers,
  settings,
}: Cluster): Promise<Turn & KafkaConnectServer> {
  return startKafkaConnect({ dir: join(dir, 'jvm'), bootstrapServers, settings })
}

/** `sluice distributed` with the settings that the JVM's worker was started with. */
export async function sluiceTurn(
  { dir }: Cluster,
  jvm: KafkaConnectServer,
): Promise<Turn & { log(): string }> {
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const lines = Object.entries({ ...jvm.settings, listeners: url }).map(
    ([name, value]) => `${name}=${value}\n`,
  )
  await writeFile(join(dir, 'worker.properties'), lines.join(''))
  const process = new SluiceProcess(['distributed', 'worker.properties'], dir)
  await until('the worker is ready', async () => {
    if (process.exitCode !== undefined)
      throw new Error(`It has ended:\n${process.complaint}\n${process.logged}`)
    const answer = await fetch(`${url}/health`).catch(() => undefined)
    return answer?.ok === true
  })
  return { url, stop: () => process.end(), log: () => process.logged }
}

export async function ask(turn: Turn, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${turn.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** The same, again where a rebalance is in its way. */
export async function change(turn: Turn, method: string, path: string, body?: object): Promise<unknown> {
  for (;;) {
    try {
      return await ask(turn, method, path, body)
    } catch (error) {
      if (!(error as Error).message.includes(': 409 ')) throw error
      await sleep(200)
    }
  }
}

/** Tries until it holds, two minutes at most; an error that is thrown is told then. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000
  let last: unknown
  for (;;) {
    try {
      if (await holds()) return
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw new Error(`It has not come about that ${what}`, { cause: last })
    await sleep(100)
  }
}
