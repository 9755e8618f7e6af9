import { defineApi } from './api.ts'

interface TopicResult {
  readonly topic: string
  readonly errorCode: number
  readonly errorMessage?: string | null
}

/** -1: the broker's default. */
export const createTopicsApi = defineApi<
  {
    readonly topics: ReadonlyArray<{
      readonly topic: string
      readonly numPartitions: number
      readonly replicationFactor: number
      readonly configEntries: ReadonlyArray<{ readonly name: string; readonly value: string }>
    }>
    readonly timeout: number
  },
  { readonly topicErrors: readonly TopicResult[] }
>('CreateTopics', { errors: 'keep' })

export const deleteTopicsApi = defineApi<
  { readonly topics: readonly string[]; readonly timeout: number },
  { readonly topicErrors: readonly TopicResult[] }
>('DeleteTopics', { errors: 'keep' })

/** Resource type 2 is a topic; no names: all of its settings. */
export const describeConfigsApi = defineApi<
  { readonly resources: ReadonlyArray<{ readonly type: 2; readonly name: string }> },
  {
    readonly resources: ReadonlyArray<{
      readonly errorCode: number
      readonly configEntries: ReadonlyArray<{
        readonly configName: string
        readonly configValue: string | null
        /** 1: the topic's own. */
        readonly configSource?: number
      }>
    }>
  }
>('DescribeConfigs', { errors: 'keep' })

export const deleteGroupsApi = defineApi<
  readonly string[],
  { readonly results: ReadonlyArray<{ readonly groupId: string; readonly errorCode: number }> }
>('DeleteGroups', { errors: 'keep' })
