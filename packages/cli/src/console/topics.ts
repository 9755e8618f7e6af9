import { type Admin, type KafkaClients, KafkaError, type TopicDescription } from '@sluice/runtime'
import { stringifyJson } from '@sluice/template'
import { confirm } from '../connector/confirm.ts'
import { UsageError } from '../connector/usage-error.ts'
import { renderTable } from '../stack/table.ts'

/** Runs with an admin client, which is closed afterwards. */
export async function withAdmin<T>(clients: KafkaClients, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clients.admin()
  try {
    return await use(admin)
  } finally {
    await admin.close()
  }
}

export async function listTopics(
  admin: Admin,
  how: { readonly internal: boolean; readonly names: boolean; readonly json: boolean },
): Promise<string> {
  const all = [...(await admin.describeTopics()).values()]
    .filter(({ internal }) => how.internal || !internal)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (how.json) return `${stringifyJson(all.map(summary))}\n`
  if (how.names) return all.map(({ name }) => `${name}\n`).join('')
  const rows = all
    .map(summary)
    .map(({ name, partitions, replicas, issue }) => [name, `${partitions}`, `${replicas}`, issue])
  return renderTable([['TOPIC', 'PARTITIONS', 'REPLICAS', ''], ...rows])
}

function summary(topic: TopicDescription) {
  const { name, partitions } = topic
  const leaderless = partitions.filter(({ leader }) => leader < 0).length
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length
  const issues = [
    ...(leaderless > 0 ? [`${leaderless} without a leader`] : []),
    ...(behind > 0 ? [`${behind} with replicas out of sync`] : []),
  ]
  return {
    name,
    partitions: partitions.length,
    replicas: partitions[0]?.replicas.length ?? 0,
    issue: issues.join(', '),
  }
}

export interface CreateTopic {
  readonly topic: string
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  readonly configs: ReadonlyMap<string, string>
  /** One that there is already is fine. */
  readonly unlessThere: boolean
}

export async function createTopic(admin: Admin, how: CreateTopic): Promise<string> {
  const { topic: name, partitions, replicationFactor } = how
  const made = await admin.createTopics([
    {
      name,
      ...(partitions !== undefined && { partitions }),
      ...(replicationFactor !== undefined && { replicationFactor }),
      configs: Object.fromEntries(how.configs),
    },
  ])
  if (made.get(name) === true) return `${name} was created.\n`
  if (how.unlessThere) return `${name} is there already.\n`
  throw new UsageError(`${name} is there already; --if-not-exists takes that for done.`)
}

export async function describeTopics(admin: Admin, names: readonly string[], json: boolean): Promise<string> {
  const found = await admin.describeTopics(names)
  const missing = names.find((name) => !found.has(name))
  if (missing !== undefined) throw noTopic(missing)
  const all = await Promise.all(
    names.map(async (name) => {
      const [earliest, latest, configs] = await Promise.all([
        admin.offsets(name, 'earliest'),
        admin.offsets(name, 'latest'),
        admin.topicConfigs(name, { own: true }),
      ])
      const { internal, partitions } = found.get(name)!
      return {
        name,
        internal,
        configs: Object.fromEntries(configs),
        partitions: partitions.map((one) => ({
          ...one,
          earliest: earliest.get(one.partition) ?? null,
          latest: latest.get(one.partition) ?? null,
        })),
      }
    }),
  )
  if (json) return `${stringifyJson(all)}\n`
  return all.map(described).join('\n')
}

interface Described {
  readonly name: string
  readonly configs: Readonly<Record<string, string>>
  readonly partitions: ReadonlyArray<
    TopicDescription['partitions'][number] & {
      readonly earliest: bigint | null
      readonly latest: bigint | null
    }
  >
}

function described({ name, configs, partitions }: Described): string {
  const settings = Object.entries(configs).map(([key, value]) => `  ${key}=${value}\n`)
  const rows = partitions.map(({ partition, leader, replicas, isr, earliest, latest }) => [
    String(partition),
    leader < 0 ? 'none' : String(leader),
    replicas.join(','),
    isr.join(','),
    String(earliest ?? '-'),
    String(latest ?? '-'),
  ])
  const table = renderTable([['PARTITION', 'LEADER', 'REPLICAS', 'IN SYNC', 'FIRST', 'END'], ...rows])
  return `${name}\n${settings.join('')}${table}`
}

export interface AlterTopic {
  readonly topic: string
  readonly partitions: number | undefined
  /** Null: the topic's own value is taken away. */
  readonly configs: ReadonlyMap<string, string | null>
}

export async function alterTopic(admin: Admin, { topic, partitions, configs }: AlterTopic): Promise<string> {
  if (partitions === undefined && configs.size === 0)
    throw new UsageError('nothing to change: give --partitions, --topic-config name=value or --unset name.')
  const found = (await admin.describeTopics([topic])).get(topic)
  if (found === undefined) throw noTopic(topic)
  const now = found.partitions.length
  if (partitions !== undefined && partitions < now)
    throw new UsageError(`${topic} has ${now} partitions; there can't be fewer than before.`)
  if (configs.size > 0) await admin.alterTopicConfigs(topic, configs)
  if (partitions !== undefined && partitions > now) await admin.growTopic(topic, partitions)
  const changes = [...configs].map(([key, value]) => (value === null ? `${key} unset` : `${key}=${value}`))
  if (partitions !== undefined) changes.push(`${partitions} partitions`)
  return `${topic} was changed: ${changes.join(', ')}.\n`
}

export async function deleteTopics(admin: Admin, names: readonly string[], yes: boolean): Promise<string> {
  const found = await admin.describeTopics(names)
  const missing = names.find((name) => !found.has(name))
  if (missing !== undefined) throw noTopic(missing)
  for (const name of names)
    await confirm(`The topic ${name} and all of its records will be deleted`, name, yes)
  await admin.deleteTopics(names)
  return names.map((name) => `${name} was deleted.\n`).join('')
}

function noTopic(name: string): KafkaError {
  return new KafkaError(`There is no topic ${name}, or this user may not describe it.`, {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    retriable: false,
  })
}
