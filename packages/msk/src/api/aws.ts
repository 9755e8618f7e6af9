import type * as ScalingModule from '@aws-sdk/client-application-auto-scaling'
import type * as Ec2Module from '@aws-sdk/client-ec2'
import type * as KafkaModule from '@aws-sdk/client-kafka'
import { explain } from './explain.ts'

export interface AwsOptions {
  /** @default the environment's, or the profile's */
  readonly region?: string | undefined
  /** Of the shared configuration files. @default AWS_PROFILE */
  readonly profile?: string | undefined
  /** Whose; a role that was assumed. @default those that the SDK finds */
  readonly credentials?: (() => Promise<AwsKeys>) | undefined
  /** Where MSK is asked. @default AWS_ENDPOINT_URL_KAFKA, else the public address */
  readonly endpoint?: string | undefined
  /** Ends all that is under way. */
  readonly signal?: AbortSignal | undefined
}

/** What `credentials` gives: as every AWS SDK takes it. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type KafkaSdk = typeof KafkaModule
type Ec2Sdk = typeof Ec2Module
type ScalingSdk = typeof ScalingModule

/** The names of a client's operations: `CreateClusterV2`. */
type OperationOf<Sdk> = {
  [Name in keyof Sdk]: Name extends `${infer Operation}Command` ? Operation : never
}[keyof Sdk]

type CommandOf<Sdk, Operation extends string> = `${Operation}Command` extends keyof Sdk
  ? Sdk[`${Operation}Command`]
  : never
export type InputOf<Sdk, Operation extends string> =
  CommandOf<Sdk, Operation> extends new (...args: never[]) => { readonly input: infer Input } ? Input : never
export type OutputOf<Sdk, Operation extends string> =
  CommandOf<Sdk, Operation> extends new (
    ...args: never[]
  ) => {
    resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: infer Output }>
  }
    ? Output
    : never

export type KafkaOperation = OperationOf<KafkaSdk>
export type KafkaInput<Operation extends KafkaOperation> = InputOf<KafkaSdk, Operation>
export type KafkaOutput<Operation extends KafkaOperation> = OutputOf<KafkaSdk, Operation>

/** The least of a client that is used here. */
interface Sender {
  send(command: object, how: { abortSignal?: AbortSignal }): Promise<object>
  destroy(): void
  readonly config: { region: string | (() => Promise<string>) }
}

/**
 * AWS as Sluice speaks to it: operations by name, and errors that say what to do. The SDK of each service is loaded with its first operation. Credentials are
 * found as the SDK finds them.
 */
export class Aws {
  readonly #options: AwsOptions
  readonly #clients = new Map<string, Promise<{ sdk: object; client: Sender }>>()

  constructor(options: AwsOptions = {}) {
    this.#options = options
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal
  }

  /** The region that is asked. Rejects with an MskError where none is named. */
  async region(): Promise<string> {
    const { client } = await this.#kafkaClient()
    const { region } = client.config
    try {
      return typeof region === 'function' ? await region() : region
    } catch (error) {
      throw explain(error, { doing: 'choose a region', right: '', region: undefined })
    }
  }

  /** An operation of MSK. `doing` is for the error: `create the cluster shop`. */
  async kafka<Operation extends KafkaOperation>(
    operation: Operation,
    input: KafkaInput<Operation>,
    doing: string,
  ): Promise<KafkaOutput<Operation>> {
    return (await this.#send(this.#kafkaClient(), 'kafka', operation, input, doing)) as KafkaOutput<Operation>
  }

  async ec2<Operation extends OperationOf<Ec2Sdk>>(
    operation: Operation,
    input: InputOf<Ec2Sdk, Operation>,
    doing: string,
  ): Promise<OutputOf<Ec2Sdk, Operation>> {
    const client = this.#client('ec2', async () => {
      const sdk = await import('@aws-sdk/client-ec2')
      return {
        sdk,
        client: new sdk.EC2Client(this.#config()) satisfies Ec2Module.EC2Client as unknown as Sender,
      }
    })
    return (await this.#send(client, 'ec2', operation, input, doing)) as OutputOf<Ec2Sdk, Operation>
  }

  async scaling<Operation extends OperationOf<ScalingSdk>>(
    operation: Operation,
    input: InputOf<ScalingSdk, Operation>,
    doing: string,
  ): Promise<OutputOf<ScalingSdk, Operation>> {
    const client = this.#client('scaling', async () => {
      const sdk = await import('@aws-sdk/client-application-auto-scaling')
      const made = new sdk.ApplicationAutoScalingClient(
        this.#config(),
      ) satisfies ScalingModule.ApplicationAutoScalingClient
      return { sdk, client: made as unknown as Sender }
    })
    const answer = await this.#send(client, 'application-autoscaling', operation, input, doing)
    return answer as OutputOf<ScalingSdk, Operation>
  }

  async close(): Promise<void> {
    for (const opened of this.#clients.values()) (await opened).client.destroy()
    this.#clients.clear()
  }

  #kafkaClient() {
    const { endpoint } = this.#options
    return this.#client('kafka', async () => {
      const sdk = await import('@aws-sdk/client-kafka')
      return {
        sdk,
        client: new sdk.KafkaClient({
          ...this.#config(),
          ...(endpoint !== undefined && { endpoint }),
        }) satisfies KafkaModule.KafkaClient as unknown as Sender,
      }
    })
  }

  #config(): { region?: string; profile?: string; credentials?: () => Promise<AwsKeys> } {
    const { region, profile, credentials } = this.#options
    return {
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(credentials !== undefined && { credentials }),
    }
  }

  #client(name: string, open: () => Promise<{ sdk: object; client: Sender }>) {
    const opened = this.#clients.get(name) ?? open()
    this.#clients.set(name, opened)
    return opened
  }

  async #send(
    opening: Promise<{ sdk: object; client: Sender }>,
    service: string,
    operation: string,
    input: unknown,
    doing: string,
  ): Promise<object> {
    const { sdk, client } = await opening
    const Command = (sdk as Record<string, new (input: unknown) => object>)[`${operation}Command`]!
    const { signal, region } = this.#options
    try {
      return await client.send(new Command(input), signal === undefined ? {} : { abortSignal: signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw explain(error, {
        doing,
        right: `${service}:${operation}`,
        region: region ?? process.env['AWS_REGION'],
      })
    }
  }
}
