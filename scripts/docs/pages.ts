import { mskFields } from '../../packages/aws-login/src/msk-fields.ts'
import { fileStreamSink, fileStreamSource } from '../../packages/connect-file/src/index.ts'
import { avroFields } from '../../packages/converter-schema-registry/src/avro/avro-fields.ts'
import { jsonSchemaFields } from '../../packages/converter-schema-registry/src/json-schema/json-schema-fields.ts'
import { protobufFields } from '../../packages/converter-schema-registry/src/protobuf/protobuf-fields.ts'
import { connectorFields } from '../../packages/runtime/src/config/connector-fields.ts'
import { jsonConverter } from '../../packages/runtime/src/converters/json/json-converter.ts'
import { workerFields } from '../../packages/runtime/src/config/worker-fields.ts'
import { builtInProviders } from '../../packages/runtime/src/providers/built-in/built-in-providers.ts'
import { sinkFields, sourceFields } from '../../packages/runtime/src/task/settings.ts'
import {
  elasticsearchSink,
  elasticsearchSinkConnector,
} from '../../packages/sink-elasticsearch/src/definitions.ts'
import { hdfsSink, hdfsSinkConnector } from '../../packages/sink-hdfs/src/hdfs-sink.ts'
import { metricsSource } from '../../packages/source-metrics/src/metrics-source.ts'
import { jdbcSource, postgresSource } from '../../packages/source-postgres/src/definitions.ts'
import type { ConfigFields } from '../../packages/template/src/index.ts'
import { code } from './markdown.ts'
import { metricsPage } from './metrics-page.ts'
import { madeBy, referencePage, settingsTable } from './reference-page.ts'
import { restDifferencesPage } from './rest-differences-page.ts'
import { settingsPage } from './settings-page.ts'
import { transformsPage } from './transforms-page.ts'

/** Every page that comes out of the code, by its path from the root of the repository. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/SETTINGS.md', settingsPage()],
    ['docs/REST-DIFFERENCES.md', restDifferencesPage()],
    ['docs/METRICS.md', metricsPage()],
    ['docs/reference/worker.md', worker()],
    ['docs/reference/msk.md', msk()],
    ['docs/reference/connector.md', connector()],
    ['docs/reference/transforms.md', transformsPage()],
    ['docs/reference/postgres.md', postgres()],
    ['docs/reference/elasticsearch.md', elasticsearch()],
    ['docs/reference/hdfs.md', hdfs()],
    ['docs/reference/file.md', file()],
    ['docs/reference/metrics.md', metrics()],
    ['docs/reference/config-providers.md', configProviders()],
    ['docs/reference/json.md', converter('JSON converter', jsonConverter.config)],
    ['docs/reference/avro.md', converter('Avro converter', avroFields)],
    ['docs/reference/json-schema.md', converter('JSON Schema converter', jsonSchemaFields)],
    ['docs/reference/protobuf.md', converter('Protobuf converter', protobufFields)],
  ])
}

function worker(): string {
  return referencePage({
    title: 'Settings of a worker',
    intro:
      'What the runtime itself reads of `worker.properties`; what goes to Kafka’s clients is in [SETTINGS.md](../SETTINGS.md#kafka-clients).',
    variants: [{ label: 'worker', fields: workerFields }],
  })
}

function msk(): string {
  return referencePage({
    title: 'Settings for Amazon MSK',
    intro:
      'In `worker.properties`, and of every command that takes one. They are read by `@sluice/aws-login`, which is installed by those who need it.',
    variants: [{ label: 'worker', fields: mskFields }],
  })
}

function connector(): string {
  return referencePage({
    title: 'Settings of any connector',
    intro:
      'What the runtime reads of every connector’s settings; `topics*` is read of sinks and `topic.creation.*` of sources.',
    variants: [
      {
        label: 'connector',
        fields: { ...connectorFields, ...sinkFields, ...sourceFields },
      },
    ],
  })
}

function postgres(): string {
  return referencePage({
    title: 'Settings of the PostgreSQL source',
    intro: 'How to use them is on [the connector’s page](../connectors/postgres.md).',
    variants: [
      { label: code(postgresSource.name), fields: postgresSource.config },
      { label: '`JdbcSourceConnector`', fields: jdbcSource.config },
    ],
  })
}

function elasticsearch(): string {
  return referencePage({
    title: 'Settings of the Elasticsearch sink',
    intro: 'How to use them is on [the connector’s page](../connectors/elasticsearch.md).',
    variants: [
      { label: code(elasticsearchSink.name), fields: elasticsearchSink.config },
      { label: '`ElasticsearchSinkConnector`', fields: elasticsearchSinkConnector.config },
    ],
  })
}

function hdfs(): string {
  return referencePage({
    title: 'Settings of the HDFS sink',
    intro:
      'How to use them is on [the connector’s page](../connectors/hdfs.md). Settings that are known and without effect are in [SETTINGS.md](../SETTINGS.md).',
    variants: [
      { label: code(hdfsSink.name), fields: hdfsSink.config },
      { label: '`HdfsSinkConnector`', fields: hdfsSinkConnector.config },
    ],
    without: ['Without effect'],
  })
}

function file(): string {
  return [
    `# Settings of the file connectors\n\nHow to use them is on [the connectors’ page](../connectors/file.md). ${madeBy}\n`,
    `## \`FileStreamSource\`\n\n${settingsTable(fileStreamSource.config)}`,
    `## \`FileStreamSink\`\n\n${settingsTable(fileStreamSink.config)}`,
  ].join('\n')
}

function metrics(): string {
  return referencePage({
    title: 'Settings of the metrics source',
    intro: 'How to use them is on [the connector’s page](../connectors/metrics.md).',
    variants: [{ label: code(metricsSource.name), fields: metricsSource.config }],
  })
}

function configProviders(): string {
  return [
    `# Parameters of config providers\n\nUnder \`config.providers.<name>.param.\` in the worker’s settings; how to use them is in [SECRETS.md](../SECRETS.md). ${madeBy}\n`,
    ...builtInProviders.map(
      ({ name, doc, config }) => `## \`${name}\`\n\n${doc}\n\n${settingsTable(config)}`,
    ),
  ].join('\n')
}

function converter(name: string, fields: ConfigFields): string {
  return referencePage({
    title: `Settings of the ${name}`,
    intro:
      'Under `key.converter.` and `value.converter.`; how to use them is in [CONVERTERS.md](../CONVERTERS.md). Settings that are known and without effect are in [SETTINGS.md](../SETTINGS.md).',
    variants: [{ label: name, fields }],
    without: ['Without effect'],
  })
}
