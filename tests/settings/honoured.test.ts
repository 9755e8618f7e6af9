import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ConfigFields, wireName } from '@sluice/template'
import { connectorFields } from '../../packages/runtime/src/config/connector-fields.ts'
import { workerFields } from '../../packages/runtime/src/config/worker-fields.ts'
import { sinkFields, sourceFields } from '../../packages/runtime/src/task/settings.ts'
import { elasticsearchSinkConnector } from '../../packages/sink-elasticsearch/src/index.ts'
import { hdfsSinkConnector } from '../../packages/sink-hdfs/src/index.ts'
import { jdbcSource } from '../../packages/source-postgres/src/index.ts'
import { type SettingRow, settingsTables } from '../../scripts/docs/settings-tables.ts'

/** What the first asks for is done whether or not it is set; the others are read as `${role}.converter`. */
const usedOtherwise = new Set(['flush.synchronously', 'key.converter', 'value.converter', 'header.converter'])

interface Part {
  readonly rows: readonly SettingRow[]
  readonly fields: ConfigFields
  readonly folder: string
  /** Where settings are declared or classed, which is no use of them. */
  readonly declaredIn: RegExp
}

const { worker, connector, source, sink, jdbc, elasticsearch, hdfs } = settingsTables
const runtime = {
  folder: 'runtime',
  declaredIn: /config\/(setting-classes|.*-fields)\.ts$|task\/settings\.ts$/,
}

const parts: Readonly<Record<string, Part>> = {
  worker: { ...runtime, rows: worker.rows, fields: workerFields },
  'any source': {
    ...runtime,
    rows: [...connector.rows, ...source.rows],
    fields: { ...connectorFields, ...sinkFields, ...sourceFields },
  },
  'any sink': {
    ...runtime,
    rows: [...connector.rows, ...sink.rows],
    fields: { ...connectorFields, ...sinkFields },
  },
  jdbc: {
    rows: jdbc.rows,
    fields: jdbcSource.config,
    folder: 'source-postgres',
    declaredIn: /config\/(fields|setting-rules)\.ts$/,
  },
  elasticsearch: {
    rows: elasticsearch.rows,
    fields: elasticsearchSinkConnector.config,
    folder: 'sink-elasticsearch',
    declaredIn: /(fields|setting-classes)\.ts$/,
  },
  hdfs: {
    rows: hdfs.rows,
    fields: hdfsSinkConnector.config,
    folder: 'sink-hdfs',
    declaredIn: /(src\/settings|other-settings|setting-classes)\.ts$/,
  },
}

/** The properties by which code has a setting. */
function propertiesOf(name: string, fields: ConfigFields): readonly string[] {
  return Object.entries(fields)
    .filter(([property, field]) =>
      field.kind === 'field'
        ? wireName(property, field) === name || field.aliases?.includes(name)
        : field.prefix === name.replace(/\*$/, ''),
    )
    .map(([property]) => property)
}

function sourcesOf({ folder, declaredIn }: Part): string {
  const root = fileURLToPath(new URL(`../../packages/${folder}/src`, import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file.replaceAll('\\', '/')}`)
    .filter((file) => /(?<!\.test|\.it)\.ts$/.test(file) && !/\/(testing|fixtures)\//.test(file))
    .filter((file) => !declaredIn.test(file))
    .map((file) => readFileSync(`${root}/../${file}`, 'utf8'))
    .join('\n')
}

describe('a setting that is classed as honoured', () => {
  it.each(Object.entries(parts))('is used somewhere, and not only declared: %s', (_, part) => {
    const text = sourcesOf(part)
    const unused = part.rows
      .filter((row) => row.class === 'honoured' && !usedOtherwise.has(row.name))
      .flatMap((row) => propertiesOf(row.name, part.fields))
      .filter((property) => !new RegExp(String.raw`\b${property}\b`).test(text))
    expect(unused).toEqual([])
  })

  it('would be seen if it were not', () => {
    const text = sourcesOf(parts['elasticsearch']!)
    expect(propertiesOf('flush.synchronously', parts['elasticsearch']!.fields)).toEqual([
      'flushSynchronously',
    ])
    expect(text).not.toMatch(/\bflushSynchronously\b/)
  })
})
