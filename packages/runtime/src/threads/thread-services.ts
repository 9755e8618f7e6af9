import { inspect } from 'node:util'
import type { MessagePort } from 'node:worker_threads'
import type { Json, Logger } from '@sluice/template'
import type { TokenFunction } from '../kafka/types.ts'
import type { OffsetStore, StoredOffset } from '../offsets/offset-store.ts'
import type { FromThread, ServiceRequest, ToThread } from './messages.ts'
import { fromPlainError } from './plain-error.ts'

/** In a thread: what tasks get from the worker, asked for by messages. */
export interface ThreadServices {
  readonly offsets: OffsetStore
  readonly token: TokenFunction
  /** Takes an answer to a request. */
  answer(message: Extract<ToThread, { type: 'answer' }>): void
}

export function threadServices(port: MessagePort): ThreadServices {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  const ask = async <T>(request: ServiceRequest): Promise<T> => {
    const call = calls++
    const answer = Promise.withResolvers<unknown>()
    waiting.set(call, answer)
    post(port, { type: 'request', call, request })
    return (await answer.promise) as T
  }
  return {
    offsets: {
      get: (connector, partitions) =>
        ask<readonly (Json | undefined)[]>({ service: 'offsets.get', connector, partitions }),
      set: (connector, offsets) => ask<void>({ service: 'offsets.set', connector, offsets }),
      all: (connector) => ask<readonly StoredOffset[]>({ service: 'offsets.all', connector }),
      identity: () => ask<string>({ service: 'offsets.identity' }),
      close: async () => {},
    },
    token: () => ask<{ readonly value: string }>({ service: 'token' }),
    answer: ({ call, value, error }) => {
      const found = waiting.get(call)
      waiting.delete(call)
      if (error === undefined) found?.resolve(value)
      else found?.reject(fromPlainError(error))
    },
  }
}

export function post(port: MessagePort, message: FromThread): void {
  port.postMessage(message)
}

const levels = ['debug', 'info', 'warn', 'error'] as const

/** Logs by messages. Lines below `level` don't leave the thread. */
export function threadLogger(port: MessagePort, level: (typeof levels)[number], bound: object = {}): Logger {
  const least = levels.indexOf(level)
  const line =
    (name: (typeof levels)[number]) =>
    (fields: object, message: string): void => {
      if (levels.indexOf(name) < least) return
      const all = { ...bound, ...fields }
      try {
        post(port, { type: 'log', level: name, fields: all, message })
      } catch {
        // a function or the like among the fields: its text will do
        post(port, { type: 'log', level: name, fields: { ...bound, fields: inspect(fields) }, message })
      }
    }
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => threadLogger(port, level, { ...bound, ...fields }),
  }
}
