import { Buffer } from 'node:buffer'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { type RequestOptions, request as httpsRequest } from 'node:https'
import { text as textOf } from 'node:stream/consumers'
import { parseJson, stringifyJson } from '@sluice/template'
import { whyNoAnswer } from './no-answer.ts'

export interface RestAccess {
  /** `http://127.0.0.1:8083`, without a slash at its end. */
  readonly url: string
  readonly login?: { readonly name: string; readonly password: string }
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>
  readonly timeoutMs: number
}

/** A worker has answered that it can't do what was asked for. */
export class RestError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'RestError'
    this.status = status
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Kafka Connect's REST API, of whatever speaks it. Rejects with a RestError, or with an Error that says why nothing answers and what to do. */
export class RestClient {
  readonly url: string
  readonly #access: RestAccess

  constructor(access: RestAccess) {
    this.url = access.url
    this.#access = access
  }

  /** The answer's body; undefined for none. Whole numbers beyond 2^53 are bigints. */
  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#send(
      method,
      path,
      body === undefined ? undefined : stringifyJson(body),
    )
    const parsed = jsonOf(text)
    if (status >= 200 && status < 300) {
      if (parsed === notJson)
        throw new Error(`what answers at ${this.url} is no Kafka Connect worker: give its address by --rest.`)
      return parsed as T
    }
    throw new RestError(status, this.#messageOf(status, parsed))
  }

  async #send(
    method: Method,
    path: string,
    body: string | undefined,
  ): Promise<{ status: number; text: string }> {
    const { url, login, tls, timeoutMs } = this.#access
    const target = new URL(url + path)
    const request = target.protocol === 'https:' ? httpsRequest : httpRequest
    const credentials = login && Buffer.from(`${login.name}:${login.password}`).toString('base64')
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const options: RequestOptions = {
          ...tls,
          method,
          signal,
          headers: {
            accept: 'application/json',
            ...(body !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
            ...(credentials && { authorization: `Basic ${credentials}` }),
          },
        }
        request(target, options, resolve).on('error', reject).end(body)
      })
      return { status: answer.statusCode ?? 0, text: await textOf(answer) }
    } catch (cause) {
      throw new Error(whyNoAnswer(cause, { url, timeoutMs, timedOut: signal.aborted }), { cause })
    }
  }

  #messageOf(status: number, parsed: unknown): string {
    if (status === 401) {
      return `the worker at ${this.url} wants a login, or doesn't know this one: give --user NAME and --password-file FILE (or SLUICE_REST_USER and SLUICE_REST_PASSWORD).`
    }
    const message =
      typeof parsed === 'object' && parsed !== null && 'message' in parsed ? parsed.message : undefined
    if (typeof message === 'string') return message
    return `the worker at ${this.url} answered ${status}${parsed === notJson ? ', and nothing that a Kafka Connect worker says: is it one?' : '.'}`
  }
}

const notJson = Symbol('not JSON')

function jsonOf(text: string): unknown {
  if (text === '') return undefined
  try {
    return parseJson(text)
  } catch {
    return notJson
  }
}
