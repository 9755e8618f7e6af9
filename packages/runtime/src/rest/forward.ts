import type { ConnectionOptions } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ForwardRequest } from '../worker/forward-request.ts'
import { RequestError } from '../worker/request-error.ts'
import { type HttpAnswer, httpCall } from './http-call.ts'
import { rawBody } from './json-body.ts'
import { locationHere } from './location.ts'

const forwardTimeoutMs = 90_000

/** What the other worker needs of a request beside its body: who asks, and the signature of workers' own requests. */
const passedOn = [
  'authorization',
  'content-type',
  'x-connect-authorization',
  'x-connect-request-signature-algorithm',
]

/**
 * Sends the very request to the worker that has to do it, and its answer back. As in Kafka Connect two hops are allowed in all, said by
 * `?forward=`: none yet, `true` after the first, `false` after the second. Rejects with 409 where it can't be settled which worker that is.
 */
export async function forward(
  { url: target }: ForwardRequest,
  {
    request,
    reply,
    tls,
  }: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly tls?: ConnectionOptions | undefined
  },
): Promise<void> {
  const { forward: hop } = request.query as { readonly forward?: string | readonly string[] }
  if (hop === 'false') throw new RequestError(409, conflict)
  if (target === undefined) throw new RequestError(409, noLeader)
  const url = new URL(request.url, target)
  url.searchParams.set('forward', hop === undefined ? 'true' : 'false')
  const answer = await send(url, request, tls)
  reply.status(answer.status)
  const { 'content-type': type, location } = answer.headers
  if (type !== undefined) reply.header('content-type', type)
  if (typeof location === 'string') reply.header('location', locationHere(request, location))
  reply.send(answer.body.length > 0 ? answer.body : undefined)
}

const conflict = 'Cannot complete request because of a conflicting operation (e.g. worker rebalance)'
const noLeader =
  'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.'

async function send(
  url: URL,
  request: FastifyRequest,
  tls: ConnectionOptions | undefined,
): Promise<HttpAnswer> {
  const headers = passedOn.flatMap((name) => {
    const value = request.headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const { method } = request
  const call = { method, headers: Object.fromEntries(headers), body: rawBody(request) }
  try {
    return await httpCall(url, { ...call, timeoutMs: forwardTimeoutMs, tls })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `IO Error trying to forward REST request: ${reason} (${url.origin})`
    throw new RequestError(500, message, { cause })
  }
}
