import { logical, type RecordSchema, scaleOf, twosComplement, unscaledDecimal } from '@sluice/template'
import type { ByteWriter } from './byte-writer.ts'
import { bigDecimalText, doubleText, floatText } from './java-numbers.ts'
import { base64, quote } from './json-text.ts'
import type { WriteOptions } from './write-value.ts'

/** Writes one field of a row, given as text in a buffer, as JSON. The caller has made room for six times its bytes. */
export type WriteField = (out: ByteWriter, from: Buffer, place: FieldPlace) => void

/** Where a field lies in its buffer. One object is used again and again. */
export interface FieldPlace {
  start: number
  end: number
}

/** Compiles what writes fields of a schema; undefined for a type that can't be a field. */
export function compileField(schema: RecordSchema, options: WriteOptions): WriteField | undefined {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return (out, from, { start, end }) => out.slice(from, start, end)
    case 'float32':
      return (out, from, place) => out.text(floatText(Number(asciiText(from, place))))
    case 'float64':
      return (out, from, place) => out.text(doubleText(Number(asciiText(from, place))))
    case 'boolean':
      return (out, from, place) => out.put(asciiText(from, place) === 'true' ? trueBytes : falseBytes)
    case 'string':
      return writeString
    case 'bytes':
      return schema.name === logical.decimal ? decimal(scaleOf(schema), options) : writeBytes
    default:
      return undefined
  }
}

const trueBytes = Buffer.from('true')
const falseBytes = Buffer.from('false')

const quotationMark = 0x22
const backslash = 0x5c
const firstPrintable = 0x20
/** UTF-8 of characters that JSON here has as escapes begins with such a byte, or a greater one. */
const firstOfFour = 0xf0

/** Nearly all texts are the same bytes in JSON; the first byte that isn't makes it a string after all. */
function writeString(out: ByteWriter, from: Buffer, { start, end }: FieldPlace): void {
  const { bytes } = out
  let { at } = out
  bytes[at++] = quotationMark
  for (let i = start; i < end; i++) {
    const byte = from[i]!
    if (byte < firstPrintable || byte === quotationMark || byte === backslash || byte >= firstOfFour) {
      return out.text(quote(from.toString('utf8', start, end)))
    }
    bytes[at++] = byte
  }
  bytes[at++] = quotationMark
  out.at = at
}

function writeBytes(out: ByteWriter, from: Buffer, { start, end }: FieldPlace): void {
  out.text(base64(from.subarray(start, end)))
}

function decimal(scale: number, { decimals }: WriteOptions): WriteField {
  return decimals === 'NUMERIC'
    ? (out, from, place) => out.text(bigDecimalText(asciiText(from, place)))
    : (out, from, place) => out.text(base64(twosComplement(unscaledDecimal(asciiText(from, place), scale))))
}

function asciiText(from: Buffer, { start, end }: FieldPlace): string {
  return from.toString('latin1', start, end)
}
