import { inspect } from 'node:util'
import type { MessagePort } from 'node:worker_threads'
import type { Json, Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { KafkaReach, Refusal } from '../kafka/types.ts'
import type { OffsetStore, StoredOffset } from '../offsets/offset-store.ts'
import { type LineLevel, lineLevels } from '../telemetry/log-levels.ts'
import type { HostServices } from '../worker/in-process-host.ts'
import { LogLimit } from './log-limit.ts'
import type { FromThread, ServiceRequest, ThreadData, ToThread } from './messages.ts'
import { fromPlainError } from './plain-error.ts'

/** In a thread: what tasks get from the worker, asked for by messages. */
export interface ThreadServices {
  readonly offsets: OffsetStore
  readonly reach: Required<KafkaReach>
  /** Values go to this thread, which runs the task, and to no other. */
  readonly resolve: HostServices['resolve']
  /** Rejects where the task isn't to run any more. */
  confirm(task: number): Promise<void>
  /** Takes an answer to a request. */
  answer(message: Extract<ToThread, { type: 'answer' }>): void
}

export function threadServices(port: MessagePort): ThreadServices {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  const asked = (message: (call: number) => FromThread): Promise<unknown> => {
    const call = calls++
    const answer = Promise.withResolvers<unknown>()
    waiting.set(call, answer)
    post(port, message(call))
    return answer.promise
  }
  const ask = async <T>(request: ServiceRequest): Promise<T> =>
    (await asked((call) => ({ type: 'request', call, request }))) as T
  return {
    offsets: {
      get: (connector, partitions) =>
        ask<readonly (Json | undefined)[]>({ service: 'offsets.get', connector, partitions }),
      set: (connector, offsets) => ask<void>({ service: 'offsets.set', connector, offsets }),
      all: (connector) => ask<readonly StoredOffset[]>({ service: 'offsets.all', connector }),
      identity: () => ask<string>({ service: 'offsets.identity' }),
      close: async () => {},
    },
    resolve: async (request) => {
      const hasReferences = [...request.settings.values()].some((text) => text.includes('${'))
      return hasReferences ? ask<Settings>({ service: 'resolve', ...request }) : request.settings
    },
    confirm: async (task) => void (await asked((call) => ({ type: 'confirm', task, call }))),
    reach: {
      token: (login = {}) => ask<{ readonly value: string }>({ service: 'token', login }),
      rediscover: () => ask<string>({ service: 'rediscover' }),
      refused: (reason, login) => ask<Refusal>({ service: 'refused', reason, login }),
    },
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

/** More than any connector has to say; what a loop logs beyond is left out. */
const linesPerSecond = 500
const limit = new LogLimit(linesPerSecond)

/** Logs by messages. Lines below `verbosity` don't leave the thread, and neither do more than so many in a second. */
export function threadLogger(
  port: MessagePort,
  verbosity: ThreadData['verbosity'],
  bound: object = {},
): Logger {
  const line =
    (level: LineLevel) =>
    (fields: object, message: string): void => {
      if (lineLevels.indexOf(level) < Atomics.load(verbosity, 0)) return
      const passed = limit.take()
      if (passed === undefined) return
      if (passed.dropped > 0) {
        postLine(port, {
          level: 'warn',
          bound,
          fields: { lines: passed.dropped },
          message: 'Log lines were left out, there were too many.',
        })
      }
      postLine(port, { level, bound, fields, message })
    }
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => threadLogger(port, verbosity, { ...bound, ...fields }),
  }
}

interface Line {
  readonly level: LineLevel
  readonly bound: object
  readonly fields: object
  readonly message: string
}

function postLine(port: MessagePort, { level, bound, fields, message }: Line): void {
  try {
    post(port, { type: 'log', level, fields: { ...bound, ...fields }, message })
  } catch {
    // a function or the like among the fields: its text will do
    post(port, { type: 'log', level, fields: { ...bound, fields: inspect(fields) }, message })
  }
}
