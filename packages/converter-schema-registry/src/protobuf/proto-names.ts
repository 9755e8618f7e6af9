import { RecordError } from '@sluice/template'
import { formEncoded } from '../form-encoded.ts'

const valid = /^[A-Za-z]\w*$/
const allowed = /^[A-Za-z_]\w*$/

/** A name as Protobuf allows it. Throws a RecordError where it doesn't and may not be changed. */
export function protoName(
  name: string,
  what: string,
  { scrubInvalidNames }: { readonly scrubInvalidNames: boolean },
): string {
  if (scrubInvalidNames && name !== '' && !valid.test(name)) {
    return formEncoded(name)
      .replace(/^(?=[\d_])/, 'x')
      .replaceAll(/\W/g, '_')
  }
  if (allowed.test(name)) return name
  throw new RecordError(
    `${what} ${JSON.stringify(name)} is no name in Protobuf (letters, digits and underscores, no digit first). Set scrub.invalid.names=true on the converter, or rename it.`,
  )
}
