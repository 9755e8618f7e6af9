import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestError } from '../worker/request-error.ts'

export type Users = ReadonlyMap<string, string>

/** Refuses whoever doesn't say a name and its password (RFC 7617). `exempt`: requests that are signed instead. */
export function askForLogin(
  app: FastifyInstance,
  users: Users,
  exempt: (request: FastifyRequest) => boolean,
): void {
  app.addHook('onRequest', async (request, reply) => {
    if (exempt(request) || isKnown(request.headers.authorization, users)) return
    reply.header('www-authenticate', 'Basic realm="Kafka Connect", charset="UTF-8"')
    throw new RequestError(401, 'User cannot access the resource.')
  })
}

function isKnown(header: string | undefined, users: Users): boolean {
  const [, encoded] = /^basic +(\S+)$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return false
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon <= 0) return false
  const password = users.get(text.slice(0, colon))
  // compared even where there is no such user, so that the time tells nothing
  return same(text.slice(colon + 1), password ?? '') && password !== undefined
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
