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

declare module 'kafkajs/src/protocol/message/compression/index.js' {
  interface KafkajsCodec {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>
    decompress(bytes: Buffer): Promise<Buffer>
  }
  const exports: { readonly Codecs: Record<number, () => KafkajsCodec> }
  export default exports
}
