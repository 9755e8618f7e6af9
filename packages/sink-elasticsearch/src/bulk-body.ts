import type { Operation } from './operation.ts'

const newline = 0x0a
const updateStart = Buffer.from('{"doc":')
const updateEnd = Buffer.from(',"doc_as_upsert":true}')

/** What an action line says of an operation. */
export type ActionParts = Pick<Operation, 'kind' | 'resource' | 'id' | 'version'>

export interface BodyOptions {
  /** For updates: how often Elasticsearch itself repeats one that met another. */
  readonly retryOnConflict: number
}

/** The action line of a bulk request, with its newline. */
export function actionLine(
  { kind, resource, id, version }: ActionParts,
  { retryOnConflict }: BodyOptions,
): string {
  const idPart = id === undefined ? '' : `,"_id":${JSON.stringify(id)}`
  const versionPart = version === undefined ? '' : `,"version":${version},"version_type":"external"`
  const retryPart = kind === 'update' ? `,"retry_on_conflict":${retryOnConflict}` : ''
  return `{"${kind}":{"_index":${JSON.stringify(resource)}${idPart}${versionPart}${retryPart}}}\n`
}

/** More than an action line takes beside its names. */
const actionBytes = 80

/** About what an operation takes in a body. */
export function operationBytes(
  { resource, id }: Pick<Operation, 'resource' | 'id'>,
  document: Uint8Array | undefined,
): number {
  return resource.length + (id?.length ?? 0) + actionBytes + (document?.length ?? 0)
}

/** The body of a bulk request: documents are copied as they are, once. */
export function bulkBody(operations: readonly Operation[], options: BodyOptions): Buffer {
  const actions = operations.map((operation) => actionLine(operation, options))
  let size = 0
  for (const [index, operation] of operations.entries()) {
    size += Buffer.byteLength(actions[index]!) + documentBytes(operation)
  }
  const body = Buffer.allocUnsafe(size)
  let end = 0
  for (const [index, { kind, document }] of operations.entries()) {
    end += body.write(actions[index]!, end)
    if (document === undefined) continue
    if (kind === 'update') end += updateStart.copy(body, end)
    body.set(document, end)
    end += document.length
    if (kind === 'update') end += updateEnd.copy(body, end)
    body[end++] = newline
  }
  return body
}

function documentBytes({ kind, document }: Operation): number {
  if (document === undefined) return 0
  return document.length + 1 + (kind === 'update' ? updateStart.length + updateEnd.length : 0)
}
