import { RecordError, type SinkBatch, type SinkRecord } from '@sluice/template'
import { type DecimalFormat, jsonOfValue } from './json-line.ts'

/** How records become bytes. */
export interface Format {
  readonly extension: string
  /** The record's line, without its newline. Throws a RecordError for a value that the format has no line for. */
  line(batch: SinkBatch, index: number, record: SinkRecord): Uint8Array
}

const nullLine = Buffer.from('null')

/** One JSON document a line, the value's own bytes where the converter vouches for them. A null value is the line `null`. */
export function jsonFormat(decimals: DecimalFormat): Format {
  return {
    extension: '.json',
    line(batch, index, record) {
      const bytes = batch.json(index)
      if (bytes === null) return nullLine
      return bytes ?? Buffer.from(jsonOfValue(record, decimals))
    },
  }
}

/** The value's text as a line; a null value is an empty one. Text that holds newlines makes several lines. */
export const stringFormat: Format = {
  extension: '.txt',
  line(_batch, _index, record) {
    const value = record.value ?? ''
    if (typeof value === 'string') return Buffer.from(value)
    throw new RecordError(
      `StringFormat writes text only, and the value is of type ${typeof value}: use a StringConverter, or format.class=JsonFormat.`,
    )
  },
}
