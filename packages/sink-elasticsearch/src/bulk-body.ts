import type { Operation } from './operation.ts'

const newline = 0x0a
const updateStart = Buffer.from('{"doc":')
const updateEnd = Buffer.from(',"doc_as_upsert":true}')

export interface ActionParts {
  readonly kind: Operation['kind']
  readonly resource: string
  readonly id: string | undefined
  readonly version: bigint | undefined
  /** For updates: how often Elasticsearch itself repeats one that met another. */
  readonly retryOnConflict: number
}

/** The action line of a bulk request, with its newline. */
export function actionLine({ kind, resource, id, version, retryOnConflict }: ActionParts): string {
  const idPart = id === undefined ? '' : `,"_id":${JSON.stringify(id)}`
  const versionPart = version === undefined ? '' : `,"version":${version},"version_type":"external"`
  const retryPart = kind === 'update' ? `,"retry_on_conflict":${retryOnConflict}` : ''
  return `{"${kind}":{"_index":${JSON.stringify(resource)}${idPart}${versionPart}${retryPart}}}\n`
}

/** About what an operation takes in a body: exact but for characters beyond ASCII in its action line. */
export function operationBytes(action: string, document: Uint8Array | undefined): number {
  return (
    action.length + (document === undefined ? 0 : document.length + updateStart.length + updateEnd.length)
  )
}

/** The body of a bulk request: documents are copied as they are, once. */
export function bulkBody(operations: readonly Operation[]): Buffer {
  let size = 0
  for (const { action, document } of operations) {
    size += action.length * 3 + (document === undefined ? 0 : document.length + 64)
  }
  const body = Buffer.allocUnsafe(size)
  let end = 0
  for (const { kind, action, document } of operations) {
    end += body.write(action, end)
    if (document === undefined) continue
    if (kind === 'update') end += updateStart.copy(body, end)
    body.set(document, end)
    end += document.length
    if (kind === 'update') end += updateEnd.copy(body, end)
    body[end++] = newline
  }
  return body.subarray(0, end)
}
