import { fromNs } from '../model/instant.ts'
import type { Instant } from '../model/metric.ts'

/** What a sender sends may be anything. These read it as what it should be; undefined where it isn't. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Protobuf's JSON may have numbers as texts, and has them for what JSON has no numbers for. */
export function doubleOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) && value !== 'NaN' ? undefined : number
}

export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}

/** Undefined where none is given. */
export function instantOf(value: unknown): Instant | undefined {
  const ns = integerOf(value)
  return ns === undefined || ns <= 0n || ns >= 2n ** 64n ? undefined : fromNs(ns)
}

/** Attributes as labels: what isn't text is written as text. */
export function attributesOf(value: unknown): (readonly [string, string])[] {
  return listOf(value).flatMap((one) => {
    const { key, value: own } = objectOf(one)
    return typeof key === 'string' && key !== '' ? [[key, anyText(own)] as const] : []
  })
}

function anyText(value: unknown): string {
  const plain = plainOf(value, 0)
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** AnyValue as a plain value; integers as numbers or, where those would round, as texts. */
function plainOf(value: unknown, depth: number): unknown {
  const any = objectOf(value)
  if (depth > 20) return null
  if (any['stringValue'] !== undefined) return textOf(any['stringValue'])
  if (any['boolValue'] !== undefined) return any['boolValue'] === true
  if (any['intValue'] !== undefined) return integerOf(any['intValue'])?.toString() ?? null
  if (any['doubleValue'] !== undefined) return doubleOf(any['doubleValue']) ?? null
  if (any['bytesValue'] !== undefined) return textOf(any['bytesValue'])
  if (any['arrayValue'] !== undefined)
    return listOf(objectOf(any['arrayValue'])['values']).map((one) => plainOf(one, depth + 1))
  if (any['kvlistValue'] !== undefined) {
    const members = listOf(objectOf(any['kvlistValue'])['values']).map(objectOf)
    return Object.fromEntries(members.map((one) => [textOf(one['key']), plainOf(one['value'], depth + 1)]))
  }
  return ''
}
