import type { RecordSchema, SinkBatch, SinkRecord } from '@sluice/template'
import type { OperationKind } from './outcome.ts'
import type { Tracked } from './progress.ts'

/** One document to write or delete. */
export interface Operation extends Tracked {
  readonly kind: OperationKind
  /** Index, alias or data stream. */
  readonly resource: string
  /** Absent: Elasticsearch makes one. */
  readonly id: string | undefined
  /** External version; absent: the write is unversioned. */
  readonly version: bigint | undefined
  /** True: the version is the record's offset, so what is stored can be judged by the partition's end. */
  readonly versionIsOffset: boolean
  /** JSON, one line; absent for a delete. */
  readonly document: Uint8Array | undefined
  /** What to make a mapping of, should the index be new. */
  readonly schema: RecordSchema | undefined
  /** About what it takes in a request body. */
  readonly bytes: number
  /** Where its record is: made on demand, for only bad ones are looked at again. */
  readonly batch: SinkBatch
  readonly index: number
  /** How many requests with it have failed as a whole, in a row. */
  failures: number
  /** How often its index couldn't take it. */
  blocks: number
}

export function recordOf({ batch, index }: Operation): SinkRecord {
  return batch.at(index)
}

/** Must an earlier operation on the same document be settled before this one is sent? */
export function waitsItsTurn(operation: Operation): boolean {
  // A versioned delete waits too: Elasticsearch forgets a deleted document's version after index.gc_deletes (60 s), and
  // an older write sent again after that would bring the document back.
  return operation.id !== undefined && (operation.version === undefined || operation.kind === 'delete')
}
