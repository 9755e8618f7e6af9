import {
  decimalText,
  fromTwosComplement,
  isDecimalScale,
  RecordError,
  twosComplement,
  unscaledDecimal,
} from '@sluice/template'

/** Values of Connect's logical types as the fields of the messages that stand for them, by name. */
export type Fields = Readonly<Record<string, unknown>>

const dayMs = 86_400_000

export function decimalToFields(value: string, scale: number): Fields {
  const whole = unscaledDecimal(value, scale)
  const digits = String(whole < 0n ? -whole : whole).length
  return { value: twosComplement(whole), precision: BigInt(digits), scale }
}

/** In plain notation, with the scale of the schema. Throws a RecordError where digits would be lost. */
export function decimalFromFields({ value, scale: own }: Fields, scale: number): string {
  const given = Number(own ?? 0)
  if (!isDecimalScale(given)) throw new RecordError(`A decimal has the scale ${given}.`)
  const text = decimalText(fromTwosComplement((value ?? new Uint8Array(0)) as Uint8Array), given)
  return given === scale ? text : decimalText(unscaledDecimal(text, scale), scale)
}

export function dateToFields(days: number): Fields {
  const date = new Date(days * dayMs)
  if (Number.isNaN(date.getTime())) throw new RecordError(`${days} is no day that a date can be.`)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

export function dateFromFields({ year, month, day }: Fields): number {
  const date = new Date(0)
  date.setUTCFullYear(Number(year ?? 0), Number(month ?? 0) - 1, Number(day ?? 0))
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day) {
    throw new RecordError(`A date has the year ${String(year)}, month ${String(month)}, day ${String(day)}.`)
  }
  return date.getTime() / dayMs
}

export function timeToFields(ms: number): Fields {
  if (!Number.isInteger(ms) || ms < 0 || ms >= dayMs)
    throw new RecordError(`${ms} is no time of day in milliseconds.`)
  const seconds = Math.floor(ms / 1000)
  return {
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
    nanos: (ms % 1000) * 1_000_000,
  }
}

export function timeFromFields({ hours, minutes, seconds, nanos }: Fields): number {
  const of = (part: unknown): number => Number(part ?? 0)
  const ms = ((of(hours) * 60 + of(minutes)) * 60 + of(seconds)) * 1000 + Math.floor(of(nanos) / 1_000_000)
  if (ms < 0 || ms >= dayMs) throw new RecordError('A time of day is none.')
  return ms
}

export function timestampToFields(value: Date): Fields {
  const ms = value.getTime()
  const seconds = Math.floor(ms / 1000)
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 }
}

export function timestampFromFields({ seconds, nanos }: Fields): Date {
  const date = new Date(Number(seconds ?? 0) * 1000 + Math.floor(Number(nanos ?? 0) / 1_000_000))
  if (Number.isNaN(date.getTime())) throw new RecordError(`A timestamp has ${String(seconds)} seconds.`)
  return date
}
