import { parseJson } from '@sluice/template'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestError } from '../worker/request-error.ts'

const bodies = new WeakMap<FastifyRequest, Buffer>()

/** The very bytes of a request's body, as they were signed and are forwarded; undefined where there was none. */
export function rawBody(request: FastifyRequest): Buffer | undefined {
  return bodies.get(request)
}

/** Bodies are JSON, and integers in them exact: offsets may be larger than a double holds. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const read = async (request: FastifyRequest, body: Buffer): Promise<unknown> => {
    if (body.length === 0) return undefined
    bodies.set(request, body)
    return parsed(body)
  }
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, read)
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString())
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RequestError(400, `The body is no JSON: ${reason}`, { cause })
  }
}
