import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import type { Deliveries, PushOffset } from './deliveries.ts'
import type { PushFigures } from './figures.ts'
import type { PushAnswer, PushFormat } from './formats.ts'
import type { Outbox } from '../outbox.ts'
import { PushError } from './push-error.ts'
import { readBody, Room } from './read-body.ts'
import { Budget } from './budget.ts'

export interface PushParts {
  readonly config: MetricsConfig
  readonly formats: readonly PushFormat[]
  readonly deliveries: Deliveries
  readonly outbox: Outbox<PushOffset>
  readonly figures: PushFigures
  readonly log: Logger
}

/** When a sender that is to wait may try again. */
const retryAfterSeconds = 5

/** Answers requests: once what they hold is in Kafka, and not before. */
export function pushHandler(parts: PushParts): (request: IncomingMessage, response: ServerResponse) => void {
  const room = new Room(parts.config.pushBufferBytes)
  return (request, response) => {
    const contentType = (request.headers['content-type'] ?? '').toLowerCase()
    const path = (request.url ?? '').split('?')[0]
    const format = parts.formats.find((one) => one.path === path)
    const handle = async (): Promise<PushAnswer> => {
      authorize(request, parts.config)
      if (!format)
        throw new PushError(
          404,
          `There is nothing at ${path}: send to ${parts.formats.map((one) => one.path).join(' or ')}.`,
        )
      if (request.method !== 'POST') throw new PushError(405, 'Send it by POST.')
      const goOn = (): void => {
        if (request.headers.expect !== undefined) response.writeContinue()
      }
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      return take(request, { ...parts, format, contentType, room, goOn, gone: gone.signal })
    }
    const accept = (answer: PushAnswer): void => {
      parts.figures.accepted.add()
      answerWith(response, answer)
    }
    const refuse = (error: unknown): void => {
      const refusal = asPushError(error, parts.log)
      const { status, message, retryAfterSeconds: seconds } = refusal
      if (status === 429 || status === 503) parts.figures.pushedBack.add()
      else parts.figures.refused.add()
      // what has not been read is not read any more
      if (!request.complete) response.setHeader('connection', 'close')
      if (status === 401) response.setHeader('www-authenticate', 'Basic realm="metrics"')
      if (seconds !== undefined) response.setHeader('retry-after', String(seconds))
      const plain = { status, contentType: 'text/plain', body: `${message}\n` }
      answerWith(response, format?.refused(refusal, contentType) ?? plain)
      if (!request.complete) discard(request)
    }
    handle().then(accept, refuse)
  }
}

/** A sender that is still writing wouldn't see the answer if the connection were cut at once. */
function discard(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), 1_000)
  request.once('close', () => clearTimeout(timer))
  request.resume()
}

interface Taking extends PushParts {
  readonly format: PushFormat
  readonly contentType: string
  readonly room: Room
  readonly goOn: () => void
  /** Aborts when the connection is over: nobody waits for the answer any more. */
  readonly gone: AbortSignal
}

async function take(request: IncomingMessage, how: Taking): Promise<PushAnswer> {
  const { config, format, contentType, room, deliveries, outbox, figures } = how
  const full = (): PushError =>
    new PushError(format.tooMuch, 'Kafka is behind, and too much waits for it: send it again later.', {
      retryAfterSeconds,
    })
  if (outbox.points >= config.pushBufferSamples) throw full()
  const most = config.pushBodyLimitBytes
  const body = await readBody(request, { most, room, full, goOn: how.goOn })
  let unpacked = 0
  try {
    const id = createHash('sha256').update(format.path).update(body.bytes).digest('base64')
    const budget = new Budget(config.pushRequestSamples)
    const decoded = await format.decode(body.bytes, {
      contentType,
      budget,
      room: (bytes) => {
        if (bytes > most)
          throw new PushError(413, `The body unpacks to more than ${most} bytes (push.body.limit.bytes).`)
        if (!room.take(bytes)) throw full()
        unpacked = bytes
      },
    })
    budget.points(decoded.points.length)
    const waiting = outbox.points
    if (waiting > 0 && waiting + decoded.points.length > config.pushBufferSamples) throw full()
    const withinMs = config.pushTimeoutMs
    const outcome = await (deliveries.repeated(id, withinMs) ??
      deliveries.deliver(decoded.points, { id, withinMs, gone: how.gone }))
    if (outcome === 'late')
      throw new PushError(
        503,
        `Kafka has not acknowledged it within ${withinMs} ms (push.timeout.ms): send it again.`,
        { retryAfterSeconds },
      )
    if (outcome === 'closed')
      throw new PushError(503, 'The task is closing: send it again.', { retryAfterSeconds: 1 })
    figures.samples.add(decoded.points.length)
    if (decoded.rejected > 0) figures.rejected.add(decoded.rejected)
    return format.accepted(decoded, contentType)
  } finally {
    room.give(unpacked)
    body.release()
  }
}

function authorize({ headers }: IncomingMessage, config: MetricsConfig): void {
  const { pushUser: user, pushPassword: password = '', pushBearerToken: token } = config
  if (user === undefined && token === undefined) return
  const given = headers.authorization ?? ''
  const basic = user !== undefined && `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  if (basic && isSame(given, basic)) return
  if (token !== undefined && isSame(given, `Bearer ${token}`)) return
  throw new PushError(401, 'A login is needed, and this one is missing or wrong.')
}

/** Takes as long whether it is the first or the last character that differs. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function asPushError(error: unknown, log: Logger): PushError {
  if (error instanceof PushError) return error
  log.error({ err: error }, 'A request failed in a way that is a fault of the connector.')
  return new PushError(500, 'It failed in a way that is a fault of the connector; its log says more.')
}

function answerWith(response: ServerResponse, { status, contentType, body }: PushAnswer): void {
  if (response.destroyed) return
  if (contentType !== undefined) response.setHeader('content-type', contentType)
  response.writeHead(status)
  response.end(body)
}
