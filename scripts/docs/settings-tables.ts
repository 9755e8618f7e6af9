import {
  avroFields,
  otherAvroSettings,
} from '../../packages/converter-schema-registry/src/avro/avro-fields.ts'
import {
  jsonSchemaFields,
  otherJsonSchemaSettings,
} from '../../packages/converter-schema-registry/src/json-schema/json-schema-fields.ts'
import {
  otherProtobufSettings,
  protobufFields,
} from '../../packages/converter-schema-registry/src/protobuf/protobuf-fields.ts'
import type { OtherSetting } from '../../packages/converter-schema-registry/src/registry/other-settings.ts'
import { connectorFields } from '../../packages/runtime/src/config/connector-fields.ts'
import {
  connectorSettings,
  type SettingClass,
  sinkSettings,
  sourceSettings,
  workerSettings,
} from '../../packages/runtime/src/config/setting-classes.ts'
import { workerFields } from '../../packages/runtime/src/config/worker-fields.ts'
import { jsonConverter } from '../../packages/runtime/src/converters/json/json-converter.ts'
import { clientSettings } from '../../packages/runtime/src/kafka/settings/setting-classes.ts'
import { sinkFields, sourceFields } from '../../packages/runtime/src/task/settings.ts'
import { elasticsearchSinkConnector } from '../../packages/sink-elasticsearch/src/definitions.ts'
import {
  settingClasses as elasticsearchClasses,
  settingReasons as elasticsearchReasons,
} from '../../packages/sink-elasticsearch/src/setting-classes.ts'
import { hdfsSinkConnector } from '../../packages/sink-hdfs/src/hdfs-sink.ts'
import { unused } from '../../packages/sink-hdfs/src/other-settings.ts'
import { settingClasses as hdfsClasses } from '../../packages/sink-hdfs/src/setting-classes.ts'
import { settingRules } from '../../packages/source-postgres/src/config/setting-rules.ts'
import { jdbcSource } from '../../packages/source-postgres/src/definitions.ts'
import { type ConfigFields, wireName, wireNames } from '../../packages/template/src/index.ts'

export interface SettingRow {
  /** The name on the wire; `*` stands for any text. */
  readonly name: string
  readonly class: SettingClass['class']
  /** For warned and refused: a sentence part that follows the name. */
  readonly reason?: string
  /** Values at which a warned or refused setting asks for nothing. */
  readonly harmless?: readonly string[]
  /** Kafka's clients that have the setting; absent: all, or no matter of clients. */
  readonly clients?: readonly string[]
}

export interface SettingsTable {
  readonly title: string
  readonly intro: string
  readonly rows: readonly SettingRow[]
  /** The declarations that the honoured ones are read by: their docs and defaults. */
  readonly fields: readonly ConfigFields[]
}

/** Settings that are Sluice's own: they have no class, for no configuration of the JVM's has them. */
const ownSettings: ReadonlySet<string> = new Set(['lookup.timeout.ms'])

/** What a converter reads, and what it says of the rest. */
function converterRows(
  fields: ConfigFields,
  others: Readonly<Record<string, OtherSetting>>,
): readonly SettingRow[] {
  const names = Object.entries(fields).flatMap(([property, field]) => {
    if (field.kind !== 'field') return [`${field.prefix}*`]
    return [wireName(property, field), ...(field.aliases ?? [])]
  })
  const honoured = names.filter((name) => !Object.hasOwn(others, name) && !ownSettings.has(name))
  return [
    ...honoured.map((name): SettingRow => ({ name, class: 'honoured' })),
    ...Object.entries(others).map(
      ([name, { class: is, because, harmless }]): SettingRow => ({
        name,
        class: is,
        reason: because,
        ...(harmless.length > 0 && { harmless }),
      }),
    ),
  ]
}

const underRole =
  'In a connector or in `worker.properties` under `key.converter.` and `value.converter.`; see [CONVERTERS.md](CONVERTERS.md).'

/** Every table by which settings are judged, for the page and for the test that holds it true. */
export const settingsTables = {
  worker: {
    title: 'Worker',
    intro: 'Settings of `worker.properties`, those of Kafka’s clients left to the table after this one.',
    rows: workerSettings.filter((row) => !(clientSettings as readonly SettingClass[]).includes(row)),
    fields: [workerFields],
  },
  clients: {
    title: 'Kafka clients',
    intro:
      'In `worker.properties` under `producer.`, `consumer.` and `admin.`, and, where no client is named, for all of them as they are; in a connector under ' +
      '`producer.override.`, `consumer.override.` and `admin.override.`. Defaults are those of Kafka 4.1’s Java clients, under those that Kafka Connect sets ' +
      '(`acks=all`, `delivery.timeout.ms=2147483647`, `auto.offset.reset=earliest`); idempotence stays on, where Kafka Connect turns it off.',
    rows: clientSettings,
    fields: [],
  },
  connector: {
    title: 'Any connector',
    intro: 'Settings that every connector has.',
    rows: connectorSettings,
    fields: [connectorFields, sourceFields],
  },
  source: {
    title: 'Any source',
    intro: 'Settings that every source has beside those.',
    rows: sourceSettings,
    fields: [sourceFields, sinkFields],
  },
  sink: {
    title: 'Any sink',
    intro: 'Settings that every sink has beside those.',
    rows: sinkSettings,
    fields: [sinkFields],
  },
  jdbc: {
    title: '`io.confluent.connect.jdbc.JdbcSourceConnector`',
    intro: 'Run by the PostgreSQL source; see [its settings](reference/postgres.md).',
    rows: Object.entries(settingRules).map(([name, rule]) => ({
      name: name.endsWith('.') ? `${name}*` : name,
      class: rule.class,
      ...(rule.class === 'honoured' ? {} : { reason: rule.why }),
    })),
    fields: [jdbcSource.config],
  },
  elasticsearch: {
    title: '`io.confluent.connect.elasticsearch.ElasticsearchSinkConnector`',
    intro: 'Run by the Elasticsearch sink; see [its settings](reference/elasticsearch.md).',
    rows: [...elasticsearchClasses].map(([name, is]) => {
      const reason = elasticsearchReasons.get(name)
      return { name, class: is, ...(reason === undefined ? {} : { reason }) }
    }),
    fields: [elasticsearchSinkConnector.config],
  },
  hdfs: {
    title: '`io.confluent.connect.hdfs.HdfsSinkConnector`',
    intro: 'Run by the HDFS sink; see [its settings](reference/hdfs.md).',
    rows: [...hdfsClasses].map(([name, is]) => {
      const rule = Object.hasOwn(unused, name) ? unused[name as keyof typeof unused] : undefined
      return { name, class: is, ...(rule === undefined ? {} : { reason: rule.because }) }
    }),
    fields: [hdfsSinkConnector.config],
  },
  json: {
    title: '`org.apache.kafka.connect.json.JsonConverter`',
    intro: underRole,
    rows: converterRows(jsonConverter.config, {}),
    fields: [jsonConverter.config],
  },
  avro: {
    title: '`io.confluent.connect.avro.AvroConverter`',
    intro: underRole,
    rows: converterRows(avroFields, otherAvroSettings),
    fields: [avroFields],
  },
  jsonSchema: {
    title: '`io.confluent.connect.json.JsonSchemaConverter`',
    intro: underRole,
    rows: converterRows(jsonSchemaFields, otherJsonSchemaSettings),
    fields: [jsonSchemaFields],
  },
  protobuf: {
    title: '`io.confluent.connect.protobuf.ProtobufConverter`',
    intro: underRole,
    rows: converterRows(protobufFields, otherProtobufSettings),
    fields: [protobufFields],
  },
} as const satisfies Readonly<Record<string, SettingsTable>>

/** What the declarations say of a setting: its own field, or the family that takes it. */
export function declarationOf(name: string, fields: readonly ConfigFields[]) {
  const declared = fields.flatMap((some) => [...wireNames(some)])
  const exact = declared.find(
    ([key, field]) => key === name || (field.kind === 'field' && field.aliases?.includes(name)),
  )
  return exact ?? declared.find(([key, field]) => field.kind !== 'field' && name.startsWith(key))
}
