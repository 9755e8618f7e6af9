import { parseJson } from '@sluice/template'
import { uncompress } from 'snappy'
import type { ApplyRules } from '../rules/label-rules.ts'
import type { Budget } from './budget.ts'
import { countJson } from './count-parts.ts'
import { type Decoded, otlpPoints } from './otlp-points.ts'
import { otlpDecoder } from './otlp-schema.ts'
import { PushError } from './push-error.ts'
import { writeRequestDecoder } from './remote-write.ts'
import { RemoteWritePoints } from './remote-write-points.ts'
import { snappyLength } from './snappy-length.ts'

export interface Decoding {
  readonly contentType: string
  readonly budget: Budget
  readonly room: (bytes: number) => void
}

/** One thing that may be sent: what it is called, and what it says back. */
export interface PushFormat {
  readonly path: string
  /** Throws a PushError (400, 413, 415). `room` is asked before the body is unpacked to so many bytes, `budget` before what it holds is made. */
  decode(body: Buffer, how: Decoding): Promise<Decoded>
  /** What is said of a request that was written. */
  accepted(decoded: Decoded, contentType: string): PushAnswer
  refused(error: PushError, contentType: string): PushAnswer
  /** The status that makes its senders try again where too much is under way. */
  readonly tooMuch: 429 | 503
}

export interface PushAnswer {
  readonly status: number
  readonly contentType?: string
  readonly body?: string | Buffer
}

export function pushFormats(rules: ApplyRules): readonly PushFormat[] {
  return [otlp(rules), remoteWrite(rules)]
}

const protobufType = 'application/x-protobuf'
const jsonType = 'application/json'

/** OTLP/HTTP, in protobuf and in JSON. */
function otlp(rules: ApplyRules): PushFormat {
  const decodeProtobuf = otlpDecoder()
  const isJson = (contentType: string) => contentType.startsWith(jsonType)
  return {
    path: '/v1/metrics',
    tooMuch: 429,
    async decode(body, { contentType, budget }) {
      if (!isJson(contentType) && !contentType.startsWith(protobufType)) {
        throw new PushError(415, `Send ${protobufType} or ${jsonType}, not "${contentType}".`)
      }
      const request = undecodable(() =>
        isJson(contentType) ? parsedJson(body, budget) : decodeProtobuf(body, budget),
      )
      if (typeof request !== 'object' || request === null || Array.isArray(request))
        throw new PushError(400, 'The body is no ExportMetricsServiceRequest.')
      return otlpPoints(request, rules)
    },
    accepted({ rejected }, contentType) {
      const message = `${rejected} data points or metrics can't be read and were left out.`
      if (isJson(contentType)) {
        const partial = { partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: message } }
        return { status: 200, contentType: jsonType, body: JSON.stringify(rejected > 0 ? partial : {}) }
      }
      const partial = Buffer.concat([varintField(1, rejected), textField(2, message)])
      return {
        status: 200,
        contentType: protobufType,
        body: rejected > 0 ? bytesField(1, partial) : Buffer.alloc(0),
      }
    },
    // google.rpc.Status
    refused: ({ status, message }, contentType) =>
      isJson(contentType)
        ? { status, contentType: jsonType, body: JSON.stringify({ message }) }
        : { status, contentType: protobufType, body: textField(2, message) },
  }
}

/** Prometheus' remote write 1.0. A sender of 2.0 gets 415 and goes on with 1.0. */
function remoteWrite(rules: ApplyRules): PushFormat {
  const decodeRequest = writeRequestDecoder()
  const points = new RemoteWritePoints(rules)
  return {
    path: '/api/v1/write',
    // Prometheus throws away what gets a 429, unless it is told not to
    tooMuch: 503,
    async decode(body, { contentType, budget, room }) {
      if (!contentType.startsWith(protobufType) || /proto=io\.prometheus\.write\.v2/.test(contentType))
        throw new PushError(415, `Send ${protobufType} of remote write 1.0, not "${contentType}".`)
      const length = snappyLength(body)
      if (length === undefined) throw new PushError(400, 'The body is not packed by snappy.')
      room(length)
      const bytes = await uncompress(body, { asBuffer: true }).catch((cause: Error) => {
        throw new PushError(400, `The body is not packed by snappy: ${cause.message}.`, { cause })
      })
      return points.read(undecodable(() => decodeRequest(bytes as Buffer, budget)))
    },
    accepted: () => ({ status: 204 }),
    refused: ({ status, message }) => ({ status, contentType: 'text/plain', body: `${message}\n` }),
  }
}

function parsedJson(body: Buffer, budget: Budget): unknown {
  countJson(body, budget)
  return parseJson(body.toString('utf8'))
}

function undecodable<T>(decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    if (cause instanceof PushError) throw cause
    throw new PushError(400, `The body can't be read: ${(cause as Error).message}.`, { cause })
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}

function varintField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}

function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text))
}
