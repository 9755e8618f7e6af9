import { RecordError } from '@sluice/template'
import { formEncoded } from '../form-encoded.ts'
import { splitName } from './avro-type.ts'

const valid = /^[A-Za-z_]\w*$/

export interface NameOptions {
  readonly scrubInvalidNames: boolean
}

/** A name as Avro allows it. Throws a RecordError where it doesn't and may not be changed. */
export function avroName(name: string, what: string, { scrubInvalidNames }: NameOptions): string {
  if (valid.test(name)) return name
  if (scrubInvalidNames && name !== '') return scrub(name)
  throw new RecordError(
    `${what} ${JSON.stringify(name)} is no name in Avro (letters, digits and underscores, no digit first). Set scrub.invalid.names=true on the converter, or rename it.`,
  )
}

/** The same of a name with a namespace. */
export function avroFullName(name: string, what: string, options: NameOptions): string {
  const [space, last] = splitName(name)
  const parts = space === '' ? [] : space.split('.').map((part) => avroName(part, what, options))
  return [...parts, avroName(last, what, options)].join('.')
}

/** As Confluent's converter does it: the bytes of odd characters in hex, underscores around, and an x before a digit. */
function scrub(name: string): string {
  const encoded = formEncoded(name).replace(/^(?=\d)/, 'x')
  return encoded.replaceAll(/\W/g, '_')
}
