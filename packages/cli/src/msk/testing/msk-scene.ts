import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MskProxy, type SeenRequest, sharedServices, startMskProxy } from '@sluice/testkit/services'
import { mskCommand } from '../msk-command.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly requests: readonly SeenRequest[]
}

export const region = 'eu-central-1'

/** `sluice msk` before an emulator of MSK and one of EC2, within this process: a command takes some milliseconds. */
export class MskScene {
  readonly folder: string
  readonly proxy: MskProxy
  readonly #before: NodeJS.ProcessEnv

  private constructor(folder: string, proxy: MskProxy, before: NodeJS.ProcessEnv) {
    this.folder = folder
    this.proxy = proxy
    this.#before = before
  }

  static async open({ moto = false } = {}): Promise<MskScene> {
    const services = sharedServices()
    const proxy = await startMskProxy({ target: (await services.msk()).url })
    const motoUrl = moto ? (await services.moto()).url : undefined
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      // an error is told at once, and not after tries
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL_KAFKA: proxy.url,
      ...(motoUrl && { AWS_ENDPOINT_URL_EC2: motoUrl, AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: motoUrl }),
    })
    return new MskScene(await mkdtemp(join(tmpdir(), 'sluice-msk-')), proxy, before)
  }

  /** A command, until it ends. `answer`: a person is there and types this. */
  async msk(
    args: readonly string[],
    { answer, screen = false }: { readonly answer?: string; readonly screen?: boolean } = {},
  ): Promise<Said> {
    const seenBefore = this.proxy.requests.length
    let [out, err, code] = ['', '', -1]
    const command = mskCommand({
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      isScreen: screen,
      ask: answer === undefined ? undefined : async () => answer,
      end: (ended) => void (code = ended),
      signal: undefined,
    })
    await command.parseAsync([...args], { from: 'user' })
    return { code, out, err, requests: this.proxy.requests.slice(seenBefore) }
  }

  /** The same, where it has to go well; what it wrote to the standard output. */
  async done(args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.msk(args)
    if (code !== 0) throw new Error(`sluice msk ${args.join(' ')} ended with ${code}:\n${err}`)
    return out
  }

  async file(name: string, content: string): Promise<string> {
    const path = join(this.folder, name)
    await writeFile(path, content)
    return path
  }

  async close(): Promise<void> {
    process.env = this.#before
    await this.proxy.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
