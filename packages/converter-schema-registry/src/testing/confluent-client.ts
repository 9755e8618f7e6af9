import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseJson } from '@sluice/template'
import { pythonWith } from '@sluice/testkit/services'

interface Request {
  readonly format: 'avro' | 'json' | 'protobuf'
  readonly topic: string
  /** What it is written with, of Avro and JSON Schema. */
  readonly schema?: string
  /** Of Protobuf: name, number, type and whether it is repeated. */
  readonly fields?: readonly (readonly [string, number, string, boolean])[]
}

/** Confluent's own client, in Python: what it reads of our records, and what it writes for us to read. */
export class ConfluentClient {
  readonly #child: ReturnType<typeof spawn>
  readonly #lines: AsyncIterator<string>

  private constructor(child: ReturnType<typeof spawn>) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  }

  static async start(registryUrl: string): Promise<ConfluentClient> {
    const { command, env } = await pythonWith('confluent-kafka-2.16.1', [
      'confluent-kafka[avro,json,protobuf,schemaregistry]==2.16.1',
    ])
    const script = fileURLToPath(new URL('interop.py', import.meta.url))
    return new ConfluentClient(
      spawn(command, [script, registryUrl], { env, stdio: ['pipe', 'pipe', 'inherit'] }),
    )
  }

  read(request: Request & { readonly bytes: Uint8Array }): Promise<unknown> {
    return this.#ask({ ...request, do: 'read', bytes: Buffer.from(request.bytes).toString('hex') })
  }

  /** With the id of the schema before it; of Protobuf only the message itself. */
  async write(request: Request & { readonly value: unknown }): Promise<Uint8Array> {
    return Buffer.from((await this.#ask({ ...request, do: 'write' })) as string, 'hex')
  }

  stop(): void {
    this.#child.kill()
  }

  async #ask(request: object): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('The Python client ended.')
    const { answer, error } = parseJson(value) as { answer?: unknown; error?: string }
    if (error !== undefined) throw new Error(error)
    return answer
  }
}
