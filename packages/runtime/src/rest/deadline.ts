import { wait } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import { RequestError } from '../worker/request-error.ts'

/** As long as Kafka Connect gives a request: what is behind it may wait for a rebalance. */
export const requestTimeoutMs = 90_000

/** Has every route that is added from now on answer within the time, whatever goes on behind it. */
export function answerInTime(app: FastifyInstance, timeoutMs: number): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = async function (request, reply) {
      return inTime(Promise.resolve(handler.call(this, request, reply)), timeoutMs)
    }
  })
}

async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  const waiting = new AbortController()
  try {
    return await Promise.race([answer, tooLate(timeoutMs, waiting.signal)])
  } finally {
    waiting.abort()
  }
}

async function tooLate(timeoutMs: number, signal: AbortSignal): Promise<never> {
  await wait(timeoutMs, signal)
  throw new RequestError(500, 'Request timed out')
}
