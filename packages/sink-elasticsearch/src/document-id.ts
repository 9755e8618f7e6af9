import { RecordError, type RecordSchema, type SinkRecord } from '@sluice/template'

/** Elasticsearch refuses a whole request for one longer id. */
const maxIdBytes = 512

/** The id of a record that is told apart by where it stands in its topic. */
export function positionId({ topic, partition, offset }: SinkRecord['origin']): string {
  return `${topic}+${partition}+${offset}`
}

/**
 * The document id of a record's key: text as it is, whole numbers in digits. A struct or object of exactly one such field gives that field's
 * value, if `oneField` allows it (the JVM's connector refuses every struct). Throws a RecordError for anything else.
 */
export function keyId(key: unknown, schema: RecordSchema | undefined, oneField: boolean): string {
  const id = scalarId(key, schema) ?? (oneField ? oneFieldId(key, schema) : undefined)
  if (id === undefined) throw new RecordError(unsuited(key))
  if (id === '') throw new RecordError('The key is the document id and must not be empty.')
  if (id.length * 3 > maxIdBytes && Buffer.byteLength(id) > maxIdBytes) {
    throw new RecordError(
      `The key is the document id and must not be longer than ${maxIdBytes} bytes; this one has ${Buffer.byteLength(id)}.`,
    )
  }
  return id
}

function scalarId(key: unknown, schema: RecordSchema | undefined): string | undefined {
  if (typeof key === 'string') return schema?.type === 'bytes' ? undefined : key
  if (typeof key === 'bigint') return key.toString()
  return typeof key === 'number' && Number.isInteger(key) && !schema?.type.startsWith('float')
    ? String(key)
    : undefined
}

function oneFieldId(key: unknown, schema: RecordSchema | undefined): string | undefined {
  if (typeof key !== 'object' || key === null || Array.isArray(key) || key instanceof Map) return undefined
  const entries = Object.entries(key)
  if (entries.length !== 1) return undefined
  const fieldSchema = schema?.type === 'struct' ? schema.fields[0]?.schema : undefined
  return scalarId(entries[0]![1], fieldSchema)
}

function unsuited(key: unknown): string {
  if (key === null || key === undefined) {
    return 'The key is the document id and must not be null. Set key.ignore=true to take topic, partition and offset as the id.'
  }
  const what = Array.isArray(key) ? 'array' : key instanceof Uint8Array ? 'bytes' : typeof key
  return (
    `A key of type ${what} is no document id: it must be text or a whole number. ` +
    'Use a transform (ExtractField$Key), a StringConverter or LongConverter for the key, or key.ignore=true.'
  )
}
