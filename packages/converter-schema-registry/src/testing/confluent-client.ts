import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseJson } from '@sluice/template'
import { pythonWith } from '@sluice/testkit/services'

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

  read(request: {
    readonly format: 'avro' | 'json'
    readonly topic: string
    readonly bytes: Uint8Array
  }): Promise<unknown> {
    return this.#ask({ ...request, do: 'read', bytes: Buffer.from(request.bytes).toString('hex') })
  }

  async write(request: {
    readonly format: 'avro' | 'json'
    readonly topic: string
    readonly schema: string
    readonly value: unknown
  }): Promise<Uint8Array> {
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
