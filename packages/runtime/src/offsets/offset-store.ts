import type { Json, SourcePartition } from '@sluice/template'

/**
 * Where source offsets are kept: a file (standalone), a compacted topic (distributed), memory (tests). Keys are compared as the JVM does, by
 * their bytes; an implementation reuses the bytes of an existing equal key.
 */
export interface OffsetStore {
  /** The stored offset of each partition, in the order asked; undefined where none. */
  get(connector: string, partitions: readonly SourcePartition[]): Promise<readonly (Json | undefined)[]>
  /** Stores all of them or none, durably: resolved = a kill now finds them again. `null` removes. */
  set(connector: string, offsets: readonly StoredOffset[]): Promise<void>
  /** Everything stored for a connector, for REST. */
  all(connector: string): Promise<readonly StoredOffset[]>
  /**
   * The same text for all that share these offsets, and for nobody else: under it, workers that would run the same task fence each other. Rejects with a
   * TakenOverError where the store knows that another worker has taken over; so do `get` and `set`.
   */
  identity(): Promise<string>
  close(): Promise<void>
}

export interface StoredOffset {
  readonly partition: SourcePartition
  readonly offset: Json
}
