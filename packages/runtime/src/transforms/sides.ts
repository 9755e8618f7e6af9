import {
  type ConfigFields,
  type ConfigOf,
  defineTransform,
  type Header,
  type RecordData,
  type RecordPart,
  type RecordSchema,
  type TransformDefinition,
} from '@sluice/template'
import type { MergeableTransform, PlainLayout } from './plain-layout.ts'
import type { ChangeRows } from './row-columns.ts'

/** Most transforms exist twice: for keys and for values. */
export type Side = 'key' | 'value'

/** The key or the value, with its schema if it has one. */
export interface Data {
  readonly value: unknown
  readonly schema: RecordSchema | undefined
}

/** What a side becomes; `headers` in place of the record's where they change too. The same object: nothing changes. */
export type Changed = Data & { readonly headers?: readonly Header[] }

/** Transforms one side of a record. Must not change its arguments. */
export type ChangeSide = (data: Data, record: RecordData) => Changed

export interface SidedTransform<S extends ConfigFields> {
  /** `Cast` for `org.apache.kafka.connect.transforms.Cast$Key` and `$Value`. */
  readonly name: string
  readonly doc: (side: Side) => string
  readonly config: S
  /** What is looked at or changed beside the side itself. */
  readonly touches?: (config: ConfigOf<S>) => readonly RecordPart[]
  /** Throws a ConfigError for settings that don't fit together. */
  readonly open: (config: ConfigOf<S>) => ChangeSide
  /** The same of the values of whole rows; undefined: not with these settings. */
  readonly openRows?: (config: ConfigOf<S>) => ChangeRows | undefined
  /** The same of values without a schema, told from the names of their fields; undefined: not with these settings. */
  readonly layout?: (config: ConfigOf<S>) => PlainLayout | undefined
}

const jvmPackage = 'org.apache.kafka.connect.transforms.'

/** The two definitions of one transform, `$Key` and `$Value`. */
export function bothSides<const S extends ConfigFields>(
  how: SidedTransform<S>,
): readonly [key: TransformDefinition<S>, value: TransformDefinition<S>] {
  return [oneSide(how, 'key'), oneSide(how, 'value')]
}

function oneSide<const S extends ConfigFields>(how: SidedTransform<S>, side: Side): TransformDefinition<S> {
  const name = `${how.name}$${side === 'key' ? 'Key' : 'Value'}`
  return defineTransform({
    name: jvmPackage + name,
    aliases: [name],
    version: '0.1.0',
    doc: how.doc(side),
    config: how.config,
    touches: (config) => [side, ...(how.touches?.(config) ?? [])],
    // what else it looks at it can't change, see `Changed`
    changes: (config) => [side, ...(how.touches?.(config) ?? []).filter((part) => part === 'headers')],
    open: ({ config }): MergeableTransform => {
      const change = how.open(config)
      const applyRows = side === 'value' ? how.openRows?.(config) : undefined
      const valueLayout = side === 'value' ? how.layout?.(config) : undefined
      return {
        ...(applyRows && { applyRows }),
        ...(valueLayout && { valueLayout }),
        apply: (record) => {
          const data = sideOf(record, side)
          const changed = change(data, record)
          return changed === data ? record : withSide(record, side, changed)
        },
      }
    },
  })
}

export function sideOf(record: RecordData, side: Side): Data {
  return side === 'key'
    ? { value: record.key, schema: record.keySchema }
    : { value: record.value, schema: record.valueSchema }
}

function withSide(record: RecordData, side: Side, changed: Changed): RecordData {
  const { value, schema, headers = record.headers } = changed
  return side === 'key'
    ? { ...record, key: value, keySchema: schema, headers }
    : { ...record, value, valueSchema: schema, headers }
}

/** The definition of a transform of whole records, under its JVM name. */
export function wholeRecord<const S extends ConfigFields>(
  definition: Omit<TransformDefinition<S>, 'aliases' | 'version'>,
): TransformDefinition<S> {
  return defineTransform({
    ...definition,
    name: jvmPackage + definition.name,
    aliases: [definition.name],
    version: '0.1.0',
  })
}
