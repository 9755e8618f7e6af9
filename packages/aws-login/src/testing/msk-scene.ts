import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWorker, type Worker, type WorkerOptions } from '@sluice/runtime'
import type { IamKey, MskBroker, Shared } from '@sluice/testkit/services'
import type { KeyPair } from '../memoised.ts'
import { type AwsStandIn, startAwsStandIn } from './aws-stand-in.ts'

type Vars = Readonly<Record<string, string | undefined>>

/** A cluster of MSK's kind, what AWS says of it, and an environment of one's own with credentials. */
export class MskScene {
  readonly broker: Pick<MskBroker, keyof Shared<MskBroker>>
  readonly aws: AwsStandIn
  readonly folder: string
  readonly #before: Vars
  readonly #workers: Worker[] = []

  private constructor(broker: Shared<MskBroker>, aws: AwsStandIn, folder: string) {
    this.broker = broker
    this.aws = aws
    this.folder = folder
    this.#before = { ...process.env }
  }

  static async open(broker: Shared<MskBroker>): Promise<MskScene> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-msk-'))
    const scene = new MskScene(broker, await startAwsStandIn(broker.region), folder)
    const { iam, scram, tls } = broker.listeners
    scene.aws.bootstrap = {
      BootstrapBrokerStringSaslIam: iam,
      BootstrapBrokerStringSaslScram: scram,
      BootstrapBrokerStringTls: tls,
    }
    scene.env({
      AWS_ENDPOINT_URL: scene.aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_REGION: undefined,
      AWS_PROFILE: undefined,
    })
    scene.keys(undefined)
    return scene
  }

  env(vars: Vars): void {
    for (const [name, value] of Object.entries(vars)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }

  /** Credentials in the environment. */
  keys(keys: KeyPair | undefined): void {
    this.env({
      AWS_ACCESS_KEY_ID: keys?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
      AWS_SESSION_TOKEN: keys?.sessionToken,
    })
  }

  /** Writes a profile into ~/.aws/credentials. */
  async profile(name: string, { accessKeyId, secretAccessKey }: KeyPair): Promise<void> {
    const text = `[${name}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`
    await writeFile(join(this.folder, 'credentials'), text)
  }

  /** A key that the broker knows. */
  async knownKey(more: Partial<IamKey> = {}): Promise<IamKey> {
    const id = randomUUID().replaceAll('-', '').toUpperCase()
    const key: IamKey = {
      accessKeyId: `AKIA${id.slice(0, 16)}`,
      secretAccessKey: `secret${id}`,
      principal: 'arn:aws:iam::123456789012:user/alice',
      ...more,
    }
    await this.broker.keys.put(key)
    return key
  }

  /** What trusts the broker's certificate. */
  get trust(): Readonly<Record<string, string>> {
    return { 'ssl.truststore.location': this.broker.tls.certificate, 'ssl.truststore.type': 'PEM' }
  }

  /** Starts a worker that finds @sluice/aws-login here. Rejects with what is wrong. */
  async worker(settings: Readonly<Record<string, string>>, more: WorkerOptions = {}): Promise<Worker> {
    const worker = createWorker({
      settings: { ...this.trust, ...settings },
      baseFolder: fileURLToPath(new URL('../..', import.meta.url)),
      ...more,
    })
    this.#workers.push(worker)
    await worker.start()
    return worker
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) await worker.stop()
    await this.aws.close()
    await rm(this.folder, { recursive: true, force: true })
    for (const name of Object.keys(process.env)) if (!(name in this.#before)) delete process.env[name]
    this.env(this.#before)
  }
}
