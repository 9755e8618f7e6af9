import type { RecordDecoder } from '@sluice/runtime'
import { UsageError } from '../connector/usage-error.ts'
import { stderrLogger } from '../dlq/connection.ts'
import { runCommand } from './command-run.ts'
import { consume } from './consume.ts'
import { kafkaClients } from './kafka-clients.ts'
import type { KafkaFlags } from './kafka-flags.ts'
import { standardOutput } from './output.ts'
import type { ValueFormat } from './record-output.ts'
import type { Start } from './start.ts'

export interface ConsumeFlags {
  readonly from: Start
  readonly follow?: true
  readonly max: number
  readonly partition?: number
  readonly group?: string
  readonly json?: true
  readonly keys?: true
  readonly headers?: true
  readonly keySeparator: string
  readonly null: string
  readonly valueFormat: ValueFormat
  readonly keyFormat: ValueFormat
  readonly schemaRegistry?: string
}

const converters: Readonly<Partial<Record<ValueFormat, string>>> = {
  avro: 'io.confluent.connect.avro.AvroConverter',
  'json-schema': 'io.confluent.connect.json.JsonSchemaConverter',
  protobuf: 'io.confluent.connect.protobuf.ProtobufConverter',
}

export async function runConsume(topic: string, flags: KafkaFlags & ConsumeFlags): Promise<void> {
  await runCommand(async (signal) => {
    const decoder = await decoderFor(flags)
    try {
      await consume({
        clients: await kafkaClients(flags),
        topic,
        partition: flags.partition,
        start: flags.from,
        group: flags.group,
        follow: flags.follow === true,
        max: flags.max,
        format: {
          json: flags.json === true,
          key: flags.keyFormat,
          value: flags.valueFormat,
          keys: flags.keys === true,
          keySeparator: flags.keySeparator,
          headers: flags.headers === true,
          nullText: flags.null,
          decoder,
        },
        output: standardOutput(),
        signal,
      })
    } finally {
      await decoder?.close()
    }
  })
}

/** The converters of Kafka Connect that read these formats; undefined where none is needed. */
async function decoderFor({
  keyFormat,
  valueFormat,
  schemaRegistry,
}: ConsumeFlags): Promise<RecordDecoder | undefined> {
  const [key, value] = [converters[keyFormat], converters[valueFormat]]
  if (key === undefined && value === undefined) return undefined
  if (schemaRegistry === undefined)
    throw new UsageError(
      `--schema-registry is missing: ${key === undefined ? valueFormat : keyFormat} needs the schemas that are there.`,
    )
  const settings = new Map<string, string>()
  for (const [role, converter] of [
    ['key', key],
    ['value', value],
  ] as const) {
    if (converter === undefined) continue
    settings.set(`${role}.converter`, converter)
    settings.set(`${role}.converter.schema.registry.url`, schemaRegistry)
  }
  const [{ openDecoder }, { pluginModules }] = await Promise.all([
    import('@sluice/runtime'),
    import('../standalone.ts'),
  ])
  return openDecoder(settings, { plugins: await pluginModules(), base: process.cwd(), log: stderrLogger })
}
