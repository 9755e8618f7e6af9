import type { ConnectionOptions } from 'node:tls'
import { stringifyJson } from '@sluice/template'
import { httpCall } from '../../rest/http-call.ts'
import type { Users } from '../../rest/basic-auth.ts'
import { RequestError } from '../../worker/request-error.ts'

export interface WorkerCallsOptions {
  /** For workers that listen on https. */
  readonly tls: ConnectionOptions | undefined
  /** Who may use REST, as this worker's settings have it: those of all workers of a cluster are the same. */
  readonly users: () => Promise<Users | undefined>
}

export interface CallAnswer {
  readonly status: number
  /** Undefined where there was none. */
  readonly body: unknown
}

const timeoutMs = 90_000

/** What a program that embeds a worker asks of another one, over REST as anybody may, with a login where one is asked for. */
export class WorkerCalls {
  readonly #options: WorkerCallsOptions

  constructor(options: WorkerCallsOptions) {
    this.#options = options
  }

  /** Sent once. Rejects with a RequestError: what the other worker says, or 503 where it can't be reached. */
  async send(worker: string, method: string, path: string, content?: unknown): Promise<CallAnswer> {
    const { tls } = this.#options
    // one more hop is left: the leader may be another one by then
    const url = new URL(path, worker)
    url.searchParams.set('forward', 'true')
    const body = content === undefined ? undefined : Buffer.from(stringifyJson(content))
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(await this.#login()) }
    const answer = await httpCall(url, { method, headers, body, timeoutMs, tls }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RequestError(
        503,
        `The worker at ${url.origin}, which has to do it, gives no answer: ${reason}`,
        {
          cause,
        },
      )
    })
    const read = answer.body.length === 0 ? undefined : jsonOf(answer.body)
    if (answer.status >= 300) throw refusal(answer.status, read, url)
    return { status: answer.status, body: read }
  }

  async #login(): Promise<Readonly<Record<string, string>>> {
    const [user] = (await this.#options.users()) ?? []
    return user ? { authorization: `Basic ${Buffer.from(user.join(':')).toString('base64')}` } : {}
  }
}

/** Undefined where it is none. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

const known: ReadonlyArray<RequestError['status']> = [400, 401, 403, 404, 409, 500, 503]

function refusal(status: number, body: unknown, { origin }: URL): RequestError {
  const said =
    typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : undefined
  return new RequestError(
    known.find((one) => one === status) ?? 500,
    said ?? `The worker at ${origin} answered ${status}.`,
  )
}
