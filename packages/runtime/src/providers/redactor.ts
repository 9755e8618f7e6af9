import { MASK } from '@sluice/template'
import type { PlainError } from '../threads/messages.ts'
import { fromPlainError, toPlainError } from '../threads/plain-error.ts'

/** What is shorter is no secret, and would be found in every sentence. */
const shortest = 4
/** What is shorter than this is masked where it stands alone, and not within longer words and numbers. */
const distinctive = 8
/** Lines of keys and certificates. */
const longLine = 16
/** Values that an owner had before are remembered, for what was said of them may still be on its way. */
const mostPerOwner = 200

/**
 * Masks values that config providers gave, in whatever text is shown: as they are, and escaped for JSON and URLs or in Base64. Each value
 * belongs to an owner (a connector, the worker) and is remembered until the owner is forgotten.
 */
export class Redactor {
  readonly #owners = new Map<string, Set<string>>()
  /** Undefined: to be made anew. Null: there is nothing to mask. */
  #pattern: RegExp | null | undefined = null

  add(owner: string, values: Iterable<string>): void {
    const known = this.#owners.get(owner) ?? new Set<string>()
    this.#owners.set(owner, known)
    for (const value of values) {
      // again at the end, so that the oldest are the first to go
      const isNew = !known.delete(value)
      known.add(value)
      if (isNew) this.#pattern = undefined
    }
    for (const value of known) {
      if (known.size <= mostPerOwner) break
      known.delete(value)
    }
  }

  forget(owner: string): void {
    if (this.#owners.delete(owner)) this.#pattern = undefined
  }

  text(text: string): string {
    const pattern = (this.#pattern ??= this.#makePattern())
    return pattern === null || text === '' ? text : text.replace(pattern, MASK)
  }

  /** The same error where it has nothing to mask, else one of the same kind. Total. */
  error(error: unknown): unknown {
    if (this.#isIdle) return error
    const plain = toPlainError(error)
    const redacted = this.#plain(plain)
    return JSON.stringify(plain) === JSON.stringify(redacted) ? error : fromPlainError(redacted)
  }

  /** Fields of a log line: a copy with whatever text is in them masked. */
  fields(fields: object): object {
    return this.#isIdle ? fields : (this.#value(fields, 0) as object)
  }

  get #isIdle(): boolean {
    return (this.#pattern ??= this.#makePattern()) === null
  }

  #plain(plain: PlainError): PlainError {
    return {
      ...plain,
      message: this.text(plain.message),
      stack: plain.stack && this.text(plain.stack),
      ...(plain.cause && { cause: this.#plain(plain.cause) }),
      ...(plain.issues && {
        issues: plain.issues.map((issue) => ({ ...issue, message: this.text(issue.message) })),
      }),
    }
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value)
    if (value instanceof Error) return this.error(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth > deepest) return '...'
    if (Array.isArray(value)) return value.map((one) => this.#value(one, depth + 1))
    if (!isPlain(value)) return value
    return Object.fromEntries(
      // a connector's name is no secret, whatever it is equal to
      Object.entries(value).map(([key, one]) => [
        key,
        key === 'connector' ? one : this.#value(one, depth + 1),
      ]),
    )
  }

  #makePattern(): RegExp | null {
    const values = new Set([...this.#owners.values()].flatMap((known) => [...known]).flatMap(formsOf))
    if (values.size === 0) return null
    // the longest first: one value may be the beginning of another
    const sorted = [...values].toSorted((a, b) => b.length - a.length)
    return new RegExp(sorted.map(expressionOf).join('|'), 'g')
  }
}

const deepest = 8

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function formsOf(value: string): string[] {
  const trimmed = value.trim()
  const lines = trimmed.split(/\r?\n/)
  const ownLines = lines.length === 1 ? [] : lines.map((line) => line.trim()).filter(isTelling)
  return [trimmed, ...ownLines]
    .filter((one) => one.length >= shortest)
    .flatMap((one) => [
      one,
      JSON.stringify(one).slice(1, -1),
      encodeURIComponent(one.toWellFormed()),
      encodeURI(one.toWellFormed()),
      ...(one.length >= distinctive ? [Buffer.from(one).toString('base64')] : []),
    ])
}

function isTelling(line: string): boolean {
  return line.length >= longLine && !line.startsWith('-----')
}

function expressionOf(value: string): string {
  const escaped = value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return value.length >= distinctive ? escaped : `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`
}
