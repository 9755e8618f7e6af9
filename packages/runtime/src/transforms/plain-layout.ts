import type { RecordData, Transform } from '@sluice/template'
import type { Fields } from './fields.ts'

/** One field of a value without a schema, and how it comes about. */
export interface PlainField {
  readonly name: string
  /** The field that it is made of, by its name in the value as it came; absent: it is made of the record alone. */
  readonly from?: string
  /** One after another from the old value to the new; undefined out of one: this record can't be done so. */
  readonly steps: readonly PlainStep[]
}

export type PlainStep = (value: unknown, record: RecordData) => unknown

/**
 * What a transform makes of the fields of values without a schema, told from their names alone. Undefined: with these names it can't be told.
 * A field that has steps may neither be dropped nor replaced, for they may refuse the record.
 */
export type PlainLayout = (fields: readonly PlainField[]) => readonly PlainField[] | undefined

/** A transform that can be merged with its neighbours where values have no schema. */
export interface MergeableTransform extends Transform {
  readonly valueLayout?: PlainLayout
}

/** What the transforms make of a value, in one pass; undefined: they have to be asked one by one. */
export type MergedChange = (value: unknown, record: RecordData) => Fields | undefined

/** So many sets of names are known at a time. */
const mostShapes = 8
/** After so many values of other names all are forgotten: the stream has become another. */
const mostMisses = 10_000

/** Merges transforms that come one after another. Values of the same names, in the same order, are made alike, so each set of names is compiled once. */
export function mergeLayouts(layouts: readonly PlainLayout[]): MergedChange {
  let shapes: Shape[] = []
  let misses = 0
  return (value, record) => {
    if (!isPlainObject(value)) return undefined
    const names = Object.keys(value)
    for (const shape of shapes) {
      if (sameNames(shape.names, names)) return shape.slots && made(shape.slots, value, record)
    }
    if (shapes.length >= mostShapes) {
      if (++misses < mostMisses) return undefined
      shapes = []
      misses = 0
    }
    const slots = compile(names, layouts)
    shapes.push({ names, slots })
    return slots && made(slots, value, record)
  }
}

interface Shape {
  readonly names: readonly string[]
  readonly slots: readonly PlainField[] | undefined
}

function isPlainObject(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function sameNames(known: readonly string[], names: readonly string[]): boolean {
  if (known.length !== names.length) return false
  for (let i = 0; i < names.length; i++) if (known[i] !== names[i]) return false
  return true
}

function compile(
  names: readonly string[],
  layouts: readonly PlainLayout[],
): readonly PlainField[] | undefined {
  let fields: readonly PlainField[] | undefined = names.map((name) => ({ name, from: name, steps: [] }))
  for (const layout of layouts) {
    if (fields.some(({ name }) => keepsNoOrder.test(name))) return undefined
    fields = layout(fields)
    if (fields === undefined || new Set(fields.map(({ name }) => name)).size < fields.length) return undefined
  }
  return fields.some(({ name }) => keepsNoOrder.test(name)) ? undefined : fields
}

/** An object has these in an order of its own, or not as a field. */
const keepsNoOrder = /^(?:\d+|__proto__)$/

function made(slots: readonly PlainField[], value: Fields, record: RecordData): Fields | undefined {
  const result: Record<string, unknown> = {}
  for (const { name, from, steps } of slots) {
    let current = from === undefined ? undefined : value[from]
    if (current === undefined && from !== undefined) return undefined
    for (const step of steps) {
      current = step(current, record)
      if (current === undefined) return undefined
    }
    result[name] = current
  }
  return result
}
