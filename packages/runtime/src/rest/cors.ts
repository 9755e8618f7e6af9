import type { FastifyInstance } from 'fastify'

export interface CorsRules {
  allows(origin: string): boolean
  readonly methods: string
}

/** `access.control.allow.origin` and `.methods`. No origin: undefined. */
export function corsRules(origins: string, methods: string): CorsRules | undefined {
  const patterns = items(origins).map(pattern)
  if (patterns.length === 0) return undefined
  const allowed = items(methods)
  return {
    allows: (origin) => patterns.some((one) => one.test(origin)),
    methods: (allowed.length > 0 ? allowed : ['GET', 'POST', 'HEAD']).join(','),
  }
}

const preflightSeconds = 60

/** Tells browsers what pages of other origins may do, and answers what they ask beforehand. */
export function allowOrigins(app: FastifyInstance, rules: CorsRules): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin === undefined || !rules.allows(origin)) return undefined
    reply.header('access-control-allow-origin', origin)
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (!isPreflight) return undefined
    reply.header('access-control-allow-methods', rules.methods)
    reply.header('access-control-allow-headers', 'Content-Type,Authorization')
    reply.header('access-control-max-age', String(preflightSeconds))
    return reply.status(200).send()
  })
}

function items(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** `*` stands for anything within. One that is written as a regular expression is taken for that, as Kafka Connect does. */
function pattern(text: string): RegExp {
  if (text.includes('.*') || text.includes('\\')) {
    try {
      return new RegExp(`^(?:${text})$`)
    } catch {
      // no regular expression after all
    }
  }
  const parts = text.split('*').map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
