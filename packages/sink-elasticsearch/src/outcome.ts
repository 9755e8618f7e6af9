/** What was asked of Elasticsearch for one document. */
export type OperationKind = 'index' | 'create' | 'update' | 'delete'

/**
 * What one item of a bulk answer means:
 * - `done`: the document is as it should be
 * - `conflict`: another version is stored; the versions decide (see `conflict.ts`)
 * - `retry`: the server is too busy for it; this item, and only this one, is sent again
 * - `blocked`: its index can't take it now; it is sent again after a wait, and others needn't wait for that
 * - `missing`: the index is gone; it is made again, then the item is sent again
 * - `bad`: this document will never be accepted
 * - `fatal`: nothing will be accepted until an operator changes something
 */
export type Outcome = 'done' | 'conflict' | 'retry' | 'blocked' | 'missing' | 'bad' | 'fatal'

/** One item of a bulk answer, as far as it decides anything. */
export interface ItemResult {
  readonly status: number
  readonly errorType?: string | undefined
  readonly reason?: string | undefined
}

interface Rule {
  readonly is: Outcome
  readonly kind?: OperationKind
  readonly status?: number
  readonly type?: string
}

/** First match decides. Error types are Elasticsearch's own names, old and new, never parts of a message. */
const rules: readonly Rule[] = [
  { is: 'done', kind: 'create', status: 409 },
  { is: 'blocked', kind: 'update', status: 409 },
  { is: 'conflict', type: 'version_conflict_engine_exception' },
  { is: 'done', kind: 'delete', type: 'index_not_found_exception' },
  { is: 'missing', type: 'index_not_found_exception' },
  { is: 'blocked', type: 'cluster_block_exception' },
  { is: 'blocked', type: 'index_closed_exception' },
  { is: 'blocked', type: 'unavailable_shards_exception' },
  { is: 'retry', type: 'es_rejected_execution_exception' },
  { is: 'retry', type: 'circuit_breaking_exception' },
  { is: 'fatal', type: 'security_exception' },
  { is: 'fatal', type: 'invalid_index_name_exception' },
  // Of an index that the write would make: a limit of the cluster, such as its number of shards.
  { is: 'fatal', type: 'validation_exception' },
  { is: 'bad', type: 'action_request_validation_exception' },
  { is: 'bad', kind: 'update', type: 'document_missing_exception' },
  { is: 'done', kind: 'delete', status: 404 },
  { is: 'retry', status: 408 },
  { is: 'retry', status: 429 },
  { is: 'bad', status: 400 },
  { is: 'bad', status: 413 },
]

/**
 * Total: every item has an outcome. Without a rule of its own a 2xx is done, a 5xx is tried again and anything else is fatal, for what is
 * unknown must not be lost. A 400 without one is the document's fault: mapper_parsing_exception, document_parsing_exception,
 * strict_dynamic_mapping_exception, illegal_argument_exception, a failing ingest pipeline, and the names of releases to come.
 */
export function outcomeOf(kind: OperationKind, item: ItemResult): Outcome {
  if (item.status >= 200 && item.status < 300) return 'done'
  const rule = rules.find(
    (candidate) =>
      (candidate.kind === undefined || candidate.kind === kind) &&
      (candidate.status === undefined || candidate.status === item.status) &&
      (candidate.type === undefined || candidate.type === item.errorType),
  )
  return rule?.is ?? (item.status >= 500 ? 'retry' : 'fatal')
}

/**
 * What a refused request as a whole means: `split` = one of its documents is the reason, to be found by halving.
 */
export type RequestOutcome = 'retry' | 'split' | 'fatal'

export function requestOutcomeOf(status: number): RequestOutcome {
  if (status === 400 || status === 413) return 'split'
  return status === 408 || status === 429 || status >= 500 ? 'retry' : 'fatal'
}
