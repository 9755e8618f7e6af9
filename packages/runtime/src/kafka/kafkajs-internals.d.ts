/** The parts of kafkajs 2.2.4 that are imported by path. The package is frozen, so these paths are stable. */

declare module 'kafkajs/src/protocol/requests/index.js' {
  interface KafkajsRequest {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    encode(): Promise<{ readonly buffer: Buffer }>
  }
  interface KafkajsCall {
    readonly request: KafkajsRequest
    readonly response: {
      decode(payload: Buffer): Promise<unknown>
      parse(decoded: unknown): Promise<unknown>
    }
  }
  interface KafkajsApi {
    readonly versions: readonly string[]
    protocol(choice: { version: number }): (body: object) => KafkajsCall
  }
  const exports: { readonly requests: Readonly<Record<string, KafkajsApi>> }
  export default exports
}

declare module 'kafkajs/src/protocol/requests/apiKeys.js' {
  const apiKeys: Readonly<Record<string, number>>
  export default apiKeys
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(bytes: Buffer)
    readInt16(): number
    readInt32(): number
    readString(): string
    readBytes(): Buffer
    readArray<T>(read: (decoder: Decoder) => T): T[]
  }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js'
  interface DecodedRecord {
    readonly offset: string
    readonly timestamp: string
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, Buffer | Buffer[]>>
  }
  interface DecodedBatch {
    readonly firstOffset: string
    readonly firstTimestamp: string
    readonly maxTimestamp: string
    readonly lastOffsetDelta: number
    readonly producerId: string
    readonly producerEpoch: number
    readonly firstSequence: number
    readonly inTransaction: boolean
    readonly records: readonly DecodedRecord[]
  }
  const decodeBatch: (decoder: Decoder) => Promise<DecodedBatch>
  export default decodeBatch
}
