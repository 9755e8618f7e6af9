import { RecordError, shownValue } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import { anythingFields } from './anything.ts'
import { writeBytes, writeInteger, writeText } from './zigzag.ts'

/** Values in values deeper than this are not read again. */
const deepest = 500

/** Writes a value without a schema. Throws a RecordError for one of a kind that Avro has no form for. */
export function writeAnything(out: ByteWriter, value: unknown, depth = 0): void {
  if (depth > deepest) throw new RecordError('The value has values nested too deeply.')
  const used = fieldOf(value)
  for (const field of anythingFields) {
    writeInteger(out, field === used ? 1 : 0)
    if (field === used) writeMember(out, { field, value, depth: depth + 1 })
  }
}

function fieldOf(value: unknown): (typeof anythingFields)[number] | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined
    case 'boolean':
      return 'boolean'
    case 'string':
      return 'string'
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return 'long'
      break
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'double'
      return (value | 0) === value ? 'int' : 'long'
    case 'object':
      if (value === null) return undefined
      if (value instanceof Uint8Array) return 'bytes'
      if (Array.isArray(value)) return 'array'
      if (value instanceof Map || Object.getPrototypeOf(value) === Object.prototype) return 'map'
      if (Object.getPrototypeOf(value) === null) return 'map'
  }
  throw new RecordError(`Without a schema, ${shownValue(value)} has no form in Avro.`)
}

function writeMember(
  out: ByteWriter,
  { field, value, depth }: { field: (typeof anythingFields)[number]; value: unknown; depth: number },
): void {
  switch (field) {
    case 'boolean':
      return out.byte(value === true ? 1 : 0)
    case 'bytes':
      return writeBytes(out, value as Uint8Array)
    case 'double':
    case 'float':
      return out.double(value as number)
    case 'int':
    case 'long':
      return writeInteger(out, value as number | bigint)
    case 'string':
      return writeText(out, value as string)
    case 'array':
      return writeList(out, value as readonly unknown[], (item) => writeAnything(out, item, depth))
    case 'map': {
      const entries = value instanceof Map ? [...value] : Object.entries(value as object)
      return writeList(out, entries, ([key, item]) => {
        writeAnything(out, key, depth)
        writeAnything(out, item, depth)
      })
    }
  }
}

function writeList<T>(out: ByteWriter, items: readonly T[], write: (item: T) => void): void {
  if (items.length > 0) writeInteger(out, items.length)
  for (const item of items) write(item)
  writeInteger(out, 0)
}
