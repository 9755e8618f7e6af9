import type { Api } from '../api.ts'
import type { CallOptions } from '../broker.ts'
import type { ClientConfig } from '../client-config.ts'

/** Who leads the partitions of these topics. */
export interface LeaderCluster {
  topics(
    names: readonly string[],
    options: CallOptions,
  ): Promise<
    ReadonlyMap<string, { readonly partitions: ReadonlyArray<{ readonly leader: number } | undefined> }>
  >
}

/** What fetching needs of a cluster. */
export interface FetchCluster extends LeaderCluster {
  readonly config: Pick<
    ClientConfig,
    'retryBackoffMs' | 'retryBackoffMaxMs' | 'requestTimeoutMs' | 'metadataMaxAgeMs'
  >
  refresh(topics: readonly string[], options: CallOptions): Promise<void>
  broker(nodeId: number):
    | {
        call<Body extends object, Answer>(
          api: Api<Body, Answer>,
          body: Body,
          options: CallOptions,
        ): Promise<Answer>
      }
    | undefined
}
