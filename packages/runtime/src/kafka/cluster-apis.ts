import { defineApi } from './api.ts'

export interface MetadataAnswer {
  readonly brokers: ReadonlyArray<{ nodeId: number; host: string; port: number; rack: string | null }>
  readonly clusterId?: string | null
  readonly controllerId: number
  readonly topicMetadata: ReadonlyArray<{
    readonly topicErrorCode: number
    readonly topic: string
    readonly isInternal?: boolean
    readonly partitionMetadata: ReadonlyArray<{
      readonly partitionErrorCode: number
      readonly partitionId: number
      /** -1: none at the moment. */
      readonly leader: number
      readonly replicas: readonly number[]
      readonly isr: readonly number[]
    }>
  }>
}

/** No topics: all of them. */
export const metadataApi = defineApi<
  { readonly topics: readonly string[]; readonly allowAutoTopicCreation: boolean },
  MetadataAnswer
>('Metadata', { errors: 'keep' })

export interface CoordinatorAnswer {
  readonly errorCode: number
  readonly errorMessage?: string | null
  readonly coordinator: { readonly nodeId: number; readonly host: string; readonly port: number }
}

/** `coordinatorType`: 0 a consumer group's, 1 a transactional id's. */
export const findCoordinatorApi = defineApi<
  { readonly groupId: string; readonly coordinatorType: 0 | 1 },
  CoordinatorAnswer
>('GroupCoordinator', { errors: 'keep' })
