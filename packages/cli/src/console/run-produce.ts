import { UsageError } from '../connector/usage-error.ts'
import { runCommand } from './command-run.ts'
import { kafkaClients } from './kafka-clients.ts'
import type { KafkaFlags } from './kafka-flags.ts'
import { produce } from './produce.ts'
import { Progress } from './progress.ts'
import { recordReader } from './record-input.ts'

export interface ProduceFlags {
  readonly keySeparator?: string
  readonly key?: string
  readonly header?: readonly string[]
  readonly partition?: number
  readonly json?: true
  readonly whole?: true
  readonly null?: string
  readonly compression?: string
  readonly progress?: true
}

export async function runProduce(
  topic: string,
  files: readonly string[],
  flags: KafkaFlags & ProduceFlags,
): Promise<void> {
  await runCommand(async (signal) => {
    if (flags.json && flags.keySeparator !== undefined)
      throw new UsageError('--json and --key-separator exclude each other: JSON has a key of its own.')
    const read = recordReader({
      topic,
      json: flags.json === true,
      keySeparator: flags.keySeparator,
      key: flags.key,
      partition: flags.partition,
      headers: (flags.header ?? []).map(headerOf),
      nullText: flags.null,
    })
    const overrides = flags.compression === undefined ? {} : { 'compression.type': flags.compression }
    const clients = await kafkaClients(flags)
    const progress = new Progress(flags.progress)
    await produce({ clients, topic, files, read, whole: flags.whole === true, overrides, progress, signal })
  })
}

function headerOf(text: string): { readonly key: string; readonly value: Buffer } {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--header takes name=value, not "${text}".`)
  return { key: text.slice(0, at), value: Buffer.from(text.slice(at + 1)) }
}
