import { Command, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../connector/usage-error.ts'
import { collect, type KafkaFlags, withKafka } from './kafka-flags.ts'
import type * as Topics from './topics.ts'
import type { Admin } from '@sluice/runtime'

interface TopicFlags extends KafkaFlags {
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly topicConfig?: readonly string[]
  readonly unset?: readonly string[]
  readonly ifNotExists?: true
  readonly internal?: true
  readonly names?: true
  readonly json?: true
  readonly yes?: true
}

/** `sluice topics list|create|describe|alter|delete`. */
export function topicsCommand(): Command {
  const topics = new Command('topics').description('list, create, describe, change and delete topics')
  withKafka(subcommand(topics, 'list', 'all topics'))
    .option('--internal', "Kafka's own, too")
    .option('-q, --names', 'names only, one a line')
    .option('--json', 'print JSON')
    .action((flags: TopicFlags) =>
      run(flags, (admin, { listTopics }) =>
        listTopics(admin, {
          internal: flags.internal === true,
          names: flags.names === true,
          json: flags.json === true,
        }),
      ),
    )
  withTopicConfig(withKafka(subcommand(topics, 'create', 'make a topic').argument('<topic>')))
    .addOption(count('--partitions <n>', "so many partitions (default: the broker's)"))
    .addOption(count('--replication-factor <n>', "so many replicas of each (default: the broker's)"))
    .option('--if-not-exists', 'one that there is already is fine')
    .action((topic: string, flags: TopicFlags) =>
      run(flags, (admin, { createTopic }) =>
        createTopic(admin, {
          topic,
          partitions: flags.partitions,
          replicationFactor: flags.replicationFactor,
          configs: pairs(flags.topicConfig),
          unlessThere: flags.ifNotExists === true,
        }),
      ),
    )
  withKafka(
    subcommand(topics, 'describe', 'partitions, replicas, offsets and settings').argument('<topic...>'),
  )
    .option('--json', 'print JSON')
    .action((names: string[], flags: TopicFlags) =>
      run(flags, (admin, { describeTopics }) => describeTopics(admin, names, flags.json === true)),
    )
  withTopicConfig(
    withKafka(
      subcommand(topics, 'alter', 'give a topic more partitions, or other settings').argument('<topic>'),
    ),
  )
    .addOption(count('--partitions <n>', 'so many partitions in all; keys will go to others than before'))
    .option('--unset <name>', "take the topic's own value away (repeatable)", collect)
    .action((topic: string, flags: TopicFlags) =>
      run(flags, (admin, { alterTopic }) => {
        const gone = (flags.unset ?? []).map((name): [string, null] => [name, null])
        const configs = new Map<string, string | null>([...pairs(flags.topicConfig), ...gone])
        return alterTopic(admin, { topic, partitions: flags.partitions, configs })
      }),
    )
  withKafka(subcommand(topics, 'delete', 'delete topics and their records').argument('<topic...>'))
    .option('-y, --yes', 'without having names typed in')
    .action((names: string[], flags: TopicFlags) =>
      run(flags, (admin, { deleteTopics }) => deleteTopics(admin, names, flags.yes === true)),
    )
  return topics
}

async function run(
  flags: KafkaFlags,
  use: (admin: Admin, topics: typeof Topics) => Promise<string>,
): Promise<void> {
  const [{ runCommand }, { kafkaClients }, topics] = await Promise.all([
    import('./command-run.ts'),
    import('./kafka-clients.ts'),
    import('./topics.ts'),
  ])
  await runCommand(async () => {
    const text = await topics.withAdmin(await kafkaClients(flags), (admin) => use(admin, topics))
    process.stdout.write(text)
  })
}

function subcommand(topics: Command, name: string, description: string): Command {
  return topics
    .command(name)
    .description(description)
    .showHelpAfterError(`(sluice topics ${name} --help shows more)`)
}

function withTopicConfig(command: Command): Command {
  return command.option(
    '--topic-config <name=value>',
    'a setting of the topic, such as cleanup.policy=compact (repeatable)',
    collect,
  )
}

function count(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
    throw new InvalidArgumentError('It is a whole number of at least 1.')
  })
}

function pairs(texts: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageError(`--topic-config takes name=value, not "${text}".`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
