import { type ConfigFields, parseConfig } from '@sluice/template'
import { entryFor } from '../../packages/runtime/src/config/classify.ts'
import { connectorFields } from '../../packages/runtime/src/config/connector-fields.ts'
import { workerFields } from '../../packages/runtime/src/config/worker-fields.ts'
import { settingClass } from '../../packages/runtime/src/kafka/settings/classify.ts'
import { sinkFields, sourceFields } from '../../packages/runtime/src/task/settings.ts'
import { type SettingRow, settingsTables } from '../../scripts/docs/settings-tables.ts'
import {
  type ConnectorKind,
  type ConverterKind,
  connectorEffect,
  converterEffect,
  type Effect,
  workerEffect,
} from './effects.ts'
import * as theirs from './kafka-connect-settings.ts'

const { worker, clients, connector, source, sink, jdbc, elasticsearch, hdfs } = settingsTables
const { json, avro, jsonSchema, protobuf } = settingsTables
const workerRows: readonly SettingRow[] = [...worker.rows, ...clients.rows.filter((row) => !row.clients)]
const sourceRows: readonly SettingRow[] = [...connector.rows, ...source.rows]
const sinkRows: readonly SettingRow[] = [...connector.rows, ...sink.rows]

/** A name that a row or a listed family stands for. */
const example = (name: string): string => name.replaceAll('*', 'some')

/** Values at which a setting asks for what its class is about, where any text won't do. */
const tellingValues: Readonly<Record<string, string>> = {
  'date.calendar.system': 'LEGACY',
  'max.buffer.size': '7',
  'table.monitoring.startup.polling.limit.ms': '7',
  'table.names.qualify': 'false',
}

function expectEffect(row: SettingRow, name: string, effect: Effect): void {
  const about = (sentences: readonly string[]): readonly string[] =>
    sentences.filter((sentence) => sentence.includes(name) && sentence.includes(row.reason ?? 'does nothing'))
  expect([name, about(effect.refusals).length > 0]).toEqual([name, row.class === 'refused'])
  expect([name, about(effect.warnings).length > 0]).toEqual([name, row.class === 'warned'])
}

describe('the table of settings', () => {
  it.each([
    ['a worker', theirs.workerNames, workerRows],
    ['any sink', [...theirs.connectorNames, ...theirs.sinkNames], sinkRows],
    ['any source', [...theirs.connectorNames, ...theirs.sourceNames], sourceRows],
    ['the JDBC source', theirs.jdbcNames, jdbc.rows],
    ['the Elasticsearch sink', theirs.elasticsearchNames, elasticsearch.rows],
    ['the HDFS sink', theirs.hdfsNames, hdfs.rows],
    ['the JSON converter', theirs.jsonConverterNames, json.rows],
    ['the Avro converter', theirs.avroConverterNames, avro.rows],
    ['the JSON Schema converter', theirs.jsonSchemaConverterNames, jsonSchema.rows],
    ['the Protobuf converter', theirs.protobufConverterNames, protobuf.rows],
  ])('has every setting of %s', (_, names, rows) => {
    const missing = names.filter(
      (name) => entryFor(example(name), rows as readonly SettingRow[]) === undefined,
    )
    expect(missing).toEqual([])
  })

  it.each(workerRows.map((row) => [row.name, row] as const))('is true of %s of a worker', (_, row) => {
    const name = example(row.name)
    expectEffect(row, name, workerEffect({ [name]: 'odd' }))
    if (row.class !== 'honoured') return
    expect([name, isReadByWorker(name)]).toEqual([name, true])
  })

  it.each([
    ...sourceRows.map((row) => [row.name, 'jdbc', row] as const),
    ...sinkRows.map((row) => [row.name, 'hdfs', row] as const),
  ])('is true of %s of any connector (%s)', async (_, kind, row) => {
    const name = example(row.name)
    if (name === 'name' || name === 'connector.class') return
    expectEffect(row, name, await connectorEffect(kind, { [name]: 'odd' }))
    if (row.class !== 'honoured') return
    expect([name, isReadByConnector(kind, name)]).toEqual([name, true])
  })

  it.each(
    Object.entries({ jdbc, elasticsearch, hdfs }).flatMap(([kind, { rows }]) =>
      (rows as readonly SettingRow[]).map((row) => [row.name, kind as ConnectorKind, row] as const),
    ),
  )('is true of %s of %s', async (pattern, kind, row) => {
    const name = example(pattern)
    const value = tellingValues[name] ?? 'odd'
    expectEffect(row, pattern.replaceAll('*', ''), await connectorEffect(kind, { [name]: value }))
    const { unclaimed } = parseConfig(settingsTables[kind].fields[0], new Map([[name, value]]))
    expect(unclaimed).toEqual([])
  })

  it.each(
    Object.entries({ json, avro, jsonSchema, protobuf }).flatMap(([kind, { rows }]) =>
      rows.map((row) => [row.name, kind as ConverterKind, row] as const),
    ),
  )('is true of %s of the converter %s', (pattern, kind, row) => {
    const name = example(pattern)
    expectEffect(row, pattern.replaceAll('*', ''), converterEffect(kind, { [name]: 'odd' }))
    const { unclaimed } = parseConfig(
      settingsTables[kind].fields[0] as ConfigFields,
      new Map([[name, 'odd']]),
    )
    expect(unclaimed).toEqual([])
  })

  it('warns about a name that no table has', async () => {
    expect(workerEffect({ 'ofset.flush.interval.ms': '1' }).warnings).toEqual([
      'ofset.flush.interval.ms is no setting of a worker; is it spelled right?',
    ])
    expect((await connectorEffect('hdfs', { 'flush.sise': '1' })).warnings).toEqual([
      expect.stringContaining('flush.sise is no setting of'),
    ])
  })
})

/** Settings of plug-ins and clients are read where those are made; their own tests show it. */
const handedOn = /^((key|value|header)\.converter|transforms|predicates|producer|consumer|admin)\.|^msk\./

function isReadByWorker(name: string): boolean {
  const { unclaimed } = parseConfig(workerFields, new Map([[name, 'odd']]))
  return unclaimed.length === 0 || settingClass(name, undefined)?.class === 'honoured' || handedOn.test(name)
}

function isReadByConnector(kind: 'jdbc' | 'hdfs', name: string): boolean {
  // the dead-letter topic serves sources too
  const fields = { ...connectorFields, ...sinkFields, ...(kind === 'jdbc' ? sourceFields : {}) }
  const { unclaimed } = parseConfig(fields, new Map([[name, 'odd']]))
  return unclaimed.length === 0 || handedOn.test(name)
}
