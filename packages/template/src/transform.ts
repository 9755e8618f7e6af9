import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Logger } from './context.ts'
import { brandDefinition, type Definition } from './definition.ts'
import type { RecordData } from './record.ts'
import type { RowBatch } from './row-batch.ts'

/** A part of a record. Only `key` and `value` force records to be made of rows or bytes. */
export type RecordPart = 'key' | 'value' | 'headers' | 'topic' | 'partition' | 'timestamp'

/** An open transform: a step that each record passes. */
export interface Transform {
  /**
   * The record to go on with, or null to drop it. Synchronous: it runs for every record. Must not change its argument.
   * Throw a RecordError for a record that can't be transformed; any other error counts as one too.
   */
  apply(record: RecordData): RecordData | null
  /**
   * The same of whole rows, without making records of them: as many rows, whose bytes and outcomes are those that `apply` gives. Undefined: not
   * of these, which then go through `apply`. May be asked in vain, so only a transform without a state has it.
   */
  applyRows?<O>(rows: RowBatch<O>): RowBatch<O> | undefined
  close?(): void
}

/** What `defineTransform` takes. `open` may throw a ConfigurationError, and does nothing that takes time. */
export interface TransformDefinition<S extends ConfigFields = ConfigFields> extends Definition<S> {
  /** What `apply` reads or changes. */
  touches(config: ConfigOf<S>): readonly RecordPart[]
  /** Which of these it changes; absent: all. A sink may refuse what it can't bear, such as a changed key. */
  changes?(config: ConfigOf<S>): readonly RecordPart[]
  open(context: { readonly config: ConfigOf<S>; readonly log: Logger }): Transform
}

/** An open predicate. */
export interface Predicate {
  /** Does the record match? Synchronous, without side effects. */
  test(record: RecordData): boolean
  close?(): void
}

/** What `definePredicate` takes: as a transform's, of which it decides whether it applies. */
export interface PredicateDefinition<S extends ConfigFields = ConfigFields> extends Definition<S> {
  touches(config: ConfigOf<S>): readonly RecordPart[]
  open(context: { readonly config: ConfigOf<S>; readonly log: Logger }): Predicate
}

/** Defines a transform (Kafka Connect's "single message transform"). */
export function defineTransform<const S extends ConfigFields>(
  definition: TransformDefinition<S>,
): TransformDefinition<S> {
  return brandDefinition('transform', definition)
}

/** Defines a predicate, which decides whether a transform applies to a record. */
export function definePredicate<const S extends ConfigFields>(
  definition: PredicateDefinition<S>,
): PredicateDefinition<S> {
  return brandDefinition('predicate', definition)
}
