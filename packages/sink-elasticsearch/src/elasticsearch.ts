import type { errors, Transport } from '@elastic/transport'
import type { ItemResult } from './outcome.ts'

/** An answer of Elasticsearch, or why there is none. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly errorType: string; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly error: Error }

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly json?: object
  /** Newline-delimited JSON. */
  readonly lines?: Buffer
}

/** One request. Rejects only with the signal's reason: everything else is an answer. */
export type Ask = (request: Request, signal: AbortSignal) => Promise<Answer>

export function askOver(transport: Transport): Ask {
  return async ({ method, path, query, json, lines }, signal) => {
    try {
      const params = {
        method,
        path,
        querystring: { ...query },
        ...(json === undefined ? {} : { body: { ...json } }),
        // The transport takes a Buffer as it is; its types know only text and lists.
        ...(lines === undefined ? {} : { bulkBody: lines as unknown as string }),
      }
      // A signal of its own: the transport raises the abort event itself when a request takes too long.
      const own = AbortSignal.any([signal])
      return { kind: 'ok', body: await transport.request(params, { signal: own }) }
    } catch (error) {
      signal.throwIfAborted()
      return failedAnswer(error)
    }
  }
}

function failedAnswer(error: unknown): Answer {
  if (!(error instanceof Error)) return { kind: 'unreachable', error: new Error(String(error)) }
  if (error.name !== 'ResponseError') return { kind: 'unreachable', error }
  const { statusCode, body } = error as errors.ResponseError
  const detail = (body as { error?: { type?: string; reason?: string } | string } | undefined)?.error
  const known = typeof detail === 'object' && detail !== null ? detail : undefined
  return {
    kind: 'refused',
    status: statusCode ?? 0,
    errorType: known?.type ?? '',
    reason: known?.reason ?? (typeof detail === 'string' ? detail : String(body ?? '')).slice(0, 500),
  }
}

interface BulkItem {
  readonly status?: number
  readonly error?: { readonly type?: string; readonly reason?: string }
}

/** The items of a bulk answer in the order of the request; `undefined` where the answer isn't one for `count` operations. */
export function bulkItems(body: unknown, count: number): readonly ItemResult[] | undefined {
  const items = (body as { items?: readonly Readonly<Record<string, BulkItem>>[] } | null)?.items
  if (!Array.isArray(items) || items.length !== count) return undefined
  return items.map((item: Readonly<Record<string, BulkItem>>) => {
    const { status, error } = Object.values(item)[0] ?? {}
    return { status: status ?? 0, errorType: error?.type, reason: error?.reason }
  })
}

/** For messages: what became of a request that wasn't served. */
export function failureText(answer: Exclude<Answer, { kind: 'ok' }>): string {
  if (answer.kind === 'unreachable') return answer.error.message
  return `HTTP ${answer.status} ${answer.errorType}: ${answer.reason}`
}
