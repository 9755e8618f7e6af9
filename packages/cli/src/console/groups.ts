import { type Admin, type GroupDescription, type GroupOffset, KafkaError } from '@sluice/runtime'
import { stringifyJson } from '@sluice/template'
import { confirm } from '../connector/confirm.ts'
import { UsageError } from '../connector/usage-error.ts'
import { renderTable } from '../stack/table.ts'
import { offsetOf, type Start } from './start.ts'

export async function listGroups(
  admin: Admin,
  how: { readonly names: boolean; readonly json: boolean },
): Promise<string> {
  const all = (await admin.groups()).toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1))
  if (how.json) return `${stringifyJson(all.map((one) => ({ ...one })))}\n`
  if (how.names) return all.map(({ groupId }) => `${groupId}\n`).join('')
  const rows = all.map(({ groupId, state, protocolType }) => [groupId, state, protocolType || '-'])
  return renderTable([['GROUP', 'STATE', 'KIND'], ...rows])
}

interface PartitionLag {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint | null
  readonly end: bigint | null
  readonly lag: bigint | null
  /** Who reads it; null: nobody. */
  readonly member: string | null
}

export async function describeGroup(admin: Admin, groupId: string, json: boolean): Promise<string> {
  const [group, offsets] = await Promise.all([admin.describeGroup(groupId), admin.groupOffsets(groupId)])
  if (group.state === 'Dead' && offsets.length === 0)
    throw new KafkaError(`There is no group ${groupId}.`, { code: 'GROUP_ID_NOT_FOUND', retriable: false })
  const partitions = await lagOf(admin, group, offsets)
  const { state, members } = group
  if (json) {
    const list = members.map(({ memberId, clientId, host }) => ({ memberId, clientId, host }))
    return `${stringifyJson({ group: groupId, state, members: list, partitions: partitions.map((one) => ({ ...one })) })}\n`
  }
  const rows = partitions.map(({ topic, partition, offset, end, lag, member }) => [
    topic,
    String(partition),
    String(offset ?? '-'),
    String(end ?? '-'),
    String(lag ?? '-'),
    member ?? '-',
  ])
  const table = renderTable([['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG', 'MEMBER'], ...rows])
  return `${groupId} is ${state}, with ${members.length === 1 ? 'one member' : `${members.length} members`}.\n${table}`
}

async function lagOf(
  admin: Admin,
  { members }: GroupDescription,
  offsets: readonly GroupOffset[],
): Promise<readonly PartitionLag[]> {
  const keyOf = (one: { readonly topic: string; readonly partition: number }): string =>
    `${one.topic} ${String(one.partition).padStart(10)}`
  const owners = new Map(
    members.flatMap(({ clientId, host, partitions }) =>
      partitions.map((one) => [keyOf(one), { ...one, who: `${clientId}${host}` }] as const),
    ),
  )
  const committed = new Map(offsets.map((one) => [keyOf(one), one]))
  const all = new Map(
    [...owners, ...committed].map(([key, { topic, partition }]) => [key, { topic, partition }]),
  )
  const topics = [...new Set([...all.values()].map(({ topic }) => topic))]
  const ends = new Map(
    await Promise.all(
      topics.map(
        async (topic) =>
          [topic, await admin.offsets(topic, 'latest').catch(() => new Map<number, bigint>())] as const,
      ),
    ),
  )
  return [...all.keys()].toSorted().map((key) => {
    const { topic, partition } = all.get(key)!
    const offset = committed.get(key)?.offset ?? null
    const end = ends.get(topic)?.get(partition) ?? null
    const lag = offset === null || end === null ? null : end > offset ? end - offset : 0n
    return { topic, partition, offset, end, lag, member: owners.get(key)?.who ?? null }
  })
}

export interface ResetGroup {
  readonly groupId: string
  readonly topics: readonly string[]
  readonly partition: number | undefined
  readonly to: Start
  readonly dryRun: boolean
  readonly yes: boolean
}

/** Sets committed offsets of a group without members. */
export async function resetGroup(admin: Admin, how: ResetGroup): Promise<string> {
  const { groupId, partition, to, dryRun, yes } = how
  const known = await admin.groupOffsets(groupId)
  const topics = how.topics.length > 0 ? how.topics : [...new Set(known.map(({ topic }) => topic))]
  if (topics.length === 0)
    throw new UsageError(`${groupId} has committed nothing yet: name a topic by --topic.`)
  const changes = (await Promise.all(topics.map((topic) => changesOf(admin, { ...how, topic })))).flat()
  if (changes.length === 0) throw new UsageError(`there is no partition ${partition}.`)
  const before = new Map(known.map((one) => [`${one.topic} ${one.partition}`, one.offset]))
  const rows = changes.map((one) => [
    one.topic,
    String(one.partition),
    String(before.get(`${one.topic} ${one.partition}`) ?? '-'),
    String(one.offset),
  ])
  const table = renderTable([['TOPIC', 'PARTITION', 'BEFORE', 'NOW'], ...rows])
  if (dryRun) return `${groupId} would go on from ${to.at} (nothing was changed):\n${table}`
  await confirm(`The group ${groupId} will read on from elsewhere`, groupId, yes)
  await admin.setGroupOffsets(groupId, changes).catch((error: unknown) => {
    throw hasMembers(error) ? membersError(groupId) : error
  })
  return table
}

async function changesOf(
  admin: Admin,
  {
    topic,
    partition,
    to,
  }: { readonly topic: string; readonly partition: number | undefined; readonly to: Start },
) {
  const [earliest, latest] = await Promise.all([
    admin.offsets(topic, 'earliest'),
    admin.offsets(topic, 'latest'),
  ])
  const atTime = to.at === 'time' ? await admin.offsetsAt(topic, to.timestampMs) : new Map<number, bigint>()
  return [...latest.keys()]
    .filter((one) => partition === undefined || one === partition)
    .toSorted((a, b) => a - b)
    .map((one) => ({ topic, partition: one, offset: offsetOf(to, one, { earliest, latest, atTime }) }))
}

function hasMembers(error: unknown): boolean {
  return (
    error instanceof KafkaError &&
    ['UNKNOWN_MEMBER_ID', 'NON_EMPTY_GROUP', 'REBALANCE_IN_PROGRESS'].includes(error.code)
  )
}

function membersError(groupId: string): KafkaError {
  return new KafkaError(
    `${groupId} has members, so that its offsets can't be changed: stop its consumers first (sluice groups describe ${groupId} shows them).`,
    { code: 'NON_EMPTY_GROUP', retriable: false },
  )
}
