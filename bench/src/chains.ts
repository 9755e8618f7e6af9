import { recordsOf, type SinkRecord } from '@sluice/template'
import { sinkBatch } from '../../packages/runtime/src/sink/arrived.ts'
import { convertFetched } from '../../packages/runtime/src/sink/convert-fetched.ts'
import { convertPolled } from '../../packages/runtime/src/source/convert-polled.ts'
import type { Converted } from '../../packages/runtime/src/source/outgoing.ts'
import { RowPath } from '../../packages/runtime/src/source/row-path.ts'
import { jsonWriters } from '../../packages/sink-elasticsearch/src/json-text.ts'
import { type Engine, fiveTransforms, openEngine, type Settings } from './engine.ts'
import type { Case } from './measure.ts'
import { orderRecords, orders } from './orders.ts'
import { decoded, encoded } from './wire.ts'

/** One way of a record through the engine, without transforms or with five. */
export interface ChainCase extends Case {
  readonly way: string
  readonly transforms: 0 | 5
}

const json: Settings = {}
const envelope: Settings = Object.fromEntries(
  ['key', 'value'].flatMap((role) => [
    [`${role}.converter`, 'org.apache.kafka.connect.json.JsonConverter'],
    [`${role}.converter.schemas.enable`, 'true'],
  ]),
)

/** Everything that a task does with a record between the connector and the bytes that go to Kafka or come from it. */
export function chainCases(): readonly ChainCase[] {
  const ways: readonly (readonly [string, Settings, (engine: Engine) => () => void])[] = [
    ['source of rows, JSON', json, rowsOut],
    ['source of rows, JSON with schemas', envelope, rowsOut],
    ['source of records, JSON', json, recordsOut],
    ['source of records, JSON with schemas', envelope, recordsOut],
    ['sink, JSON', json, recordsIn],
    ['sink, JSON with schemas', envelope, recordsIn],
  ]
  return ways.flatMap(([way, settings, open]) =>
    ([0, 5] as const).map((transforms) => ({
      name: `${way}, ${transforms}`,
      way,
      transforms,
      records: orders().count,
      run: open(openEngine({ ...settings, ...(transforms === 5 && fiveTransforms) })),
    })),
  )
}

function rowsOut(engine: Engine): () => void {
  const rows = orders()
  const path = new RowPath(engine.chain, engine.converters)
  return () => {
    const { converted, begun } = path.convert(rows)
    encoded((converted ?? settled(convertPolled(engine, recordsOf(rows), begun))) as readonly Converted[])
  }
}

function recordsOut(engine: Engine): () => void {
  const records = orderRecords()
  return () => void encoded(settled(convertPolled(engine, records)) as readonly Converted[])
}

const writers = jsonWriters({ compactMapEntries: true })

function documentOf({ value, valueSchema }: SinkRecord): string {
  return writers(valueSchema)(value)
}

/** To where the sink for Elasticsearch has a document of each record. */
function recordsIn(engine: Engine): () => void {
  const plain = openEngine(engine.settings)
  const records = orderRecords()
  const bytes = encoded(settled(convertPolled(plain, records)) as readonly Converted[])
  const rejections = { setAside: () => undefined }
  return () => {
    const batches = decoded('shop.orders', bytes, records.length)
    const batch = sinkBatch(settled(convertFetched({ ...engine, rejections }, batches)))
    for (let i = 0; i < batch.length; i++) void (batch.json(i) ?? documentOf(batch.at(i)))
  }
}

function settled<T>(value: T | Promise<T>): T {
  if (value instanceof Promise) throw new TypeError('Nothing has to be waited for here.')
  return value
}
