import { parseJson, type RecordSchema } from '@sluice/template'
import { parseExact } from './parse-exact.ts'
import { compileRead, DigitsWanted, type Read, type ReadOptions } from './read-value.ts'

/** Finds the payload in what `parse` makes of a document. */
export type FindPayload = (parse: (text: string) => unknown) => unknown

/**
 * Reads payloads of one schema. Digits of numbers are kept only from the first Decimal on that is a number: it costs several times as much, and most
 * writers have Decimals in Base64.
 */
export class PayloadReader {
  readonly schema: RecordSchema
  readonly #options: ReadOptions
  readonly #quick: Read
  #exact: Read | undefined

  constructor(schema: RecordSchema, options: ReadOptions) {
    this.schema = schema
    this.#options = options
    this.#quick = compileRead(schema, { ...options, digitsLost: true })
  }

  /** The value. Throws a RecordError for what doesn't fit the schema, and what `find` throws. */
  read(find: FindPayload): unknown {
    if (this.#exact) return this.#exact(find(parseExact))
    try {
      return this.#quick(find(parseJson))
    } catch (error) {
      if (!(error instanceof DigitsWanted)) throw error
      this.#exact = compileRead(this.schema, this.#options)
      return this.#exact(find(parseExact))
    }
  }
}
