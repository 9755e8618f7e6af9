import { RecordError } from '@sluice/template'
import { formatDate } from './date-format/format.ts'
import { parseDate } from './date-format/parse.ts'
import { readPattern } from './date-format/pattern.ts'

/** A pattern of java.text.SimpleDateFormat, in UTC and in English. */
export interface DateFormat {
  /** From milliseconds since the epoch. Throws a RecordError beyond the years that JavaScript knows. */
  format(ms: number): string
  /** To milliseconds since the epoch. Throws a RecordError for a text that doesn't match. */
  parse(text: string): number
}

/** Throws an Error whose message follows the setting's name. */
export function javaDateFormat(pattern: string): DateFormat {
  const parts = readPattern(pattern)
  return {
    format: (ms) => {
      if (Number.isNaN(new Date(ms).getTime()))
        throw new RecordError(`There is no date for ${ms} milliseconds.`)
      return formatDate(parts, ms)
    },
    parse: (text) => {
      const ms = parsed(() => parseDate(parts, text))
      if (ms !== undefined) return ms
      throw new RecordError(`The text "${text.slice(0, 100)}" does not match the pattern ${pattern}.`)
    },
  }
}

/** For `validate`: what is wrong with a pattern. */
export function datePatternIssue(pattern: string): string | undefined {
  try {
    readPattern(pattern)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function parsed(read: () => number | undefined): number | undefined {
  try {
    return read()
  } catch (cause) {
    throw new RecordError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
