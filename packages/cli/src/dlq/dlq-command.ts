import { Command, Option } from 'commander'
import type { ConnectionFlags } from './connection.ts'
import type { ConnectorFlags } from './connectors.ts'
import {
  type FilterFlags,
  filterOf,
  parseCount,
  parseOffset,
  parsePartition,
  parseReason,
  parseSince,
} from './letter-filter.ts'

interface ListFlags extends ConnectionFlags, ConnectorFlags {
  readonly all?: true
  readonly json?: true
}

interface ShowFlags extends ConnectionFlags, FilterFlags {
  readonly limit: number
  readonly follow?: true
  readonly full?: true
  readonly trace?: true
  readonly json?: true
}

interface ReplayFlags extends ConnectionFlags, ConnectorFlags, FilterFlags {
  readonly limit: number
  readonly group?: string
  readonly to?: string
  readonly byKey?: true
  readonly unlessNewer?: true
  readonly dryRun?: true
  readonly json?: true
}

const write = (text: string): void => void process.stdout.write(text)

/** `sluice dlq show ... | head`: whoever reads has had enough. */
function endWithReader(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

/** `sluice dlq list|show|replay`: records that connectors set aside. */
export function dlqCommand(): Command {
  const dlq = new Command('dlq')
    .description('look at records that connectors set aside (dead letters), and send them again')
    .addHelpText('after', overview)
  addList(dlq)
  addShow(dlq)
  addReplay(dlq)
  return dlq
}

function addList(dlq: Command): void {
  const list = subcommand(dlq, 'list', 'list dead-letter topics: how many letters, of which connectors')
  withConnectors(withConnection(list))
    .option('--all', 'look into every topic, not only those with a name like dlq, dead-letter, errors')
    .option('--json', 'print JSON')
    .addHelpText('after', listExamples)
    .action(async (flags: ListFlags) => {
      const [{ list: run }, how] = await Promise.all([import('./list.ts'), surroundings(flags)])
      write(await run({ ...how, all: flags.all === true, json: flags.json === true }))
    })
}

function addShow(dlq: Command): void {
  const show = subcommand(
    dlq,
    'show',
    'show dead letters: why they were set aside, where they came from, what they hold',
  )
  withFilter(withConnection(show.argument('<topic>', 'the dead-letter topic')))
    .addOption(
      new Option('--limit <n>', 'show so many: the last ones, or from --from on the first ones')
        .argParser(parseCount)
        .default(10),
    )
    .option('--follow', 'go on with those to come, until Ctrl-C')
    .option('--full', 'print everything, however long')
    .option('--trace', 'print the stack trace, too')
    .option('--json', 'print JSON, one letter a line')
    .addHelpText('after', showExamples)
    .action(async (topic: string, flags: ShowFlags) => {
      const [{ show: run }, { settings, reach }] = await Promise.all([
        import('./show.ts'),
        surroundings(flags),
      ])
      await interruptible((signal) =>
        run({
          settings,
          reach,
          topic,
          filter: filterOf(flags),
          limit: flags.limit,
          follow: flags.follow === true,
          full: flags.full === true,
          trace: flags.trace === true,
          json: flags.json === true,
          signal,
          write,
        }),
      )
    })
}

function addReplay(dlq: Command): void {
  const replay = subcommand(dlq, 'replay', 'send dead letters to their topic again, each once')
  withConnectors(withFilter(withConnection(replay.argument('<topic>', 'the dead-letter topic'))))
    .option('--dry-run', 'only say what would be sent')
    .addOption(
      new Option('--limit <n>', 'send at most so many').argParser(parseCount).default(Infinity, 'all'),
    )
    .option('--unless-newer', 'leave a letter whose key has a newer record in its topic by now')
    .option('--to <topic>', 'send to this topic instead of the original one')
    .option('--by-key', 'let the key choose the partition (default: the original partition)')
    .option('--group <id>', 'the consumer group that remembers what was sent (default: sluice-dlq-<topic>)')
    .option('--json', 'print JSON, one letter a line')
    .addHelpText('after', replayExamples)
    .action(async (topic: string, flags: ReplayFlags) => {
      const [{ replay: run }, how] = await Promise.all([import('./replay.ts'), surroundings(flags)])
      process.exitCode = await interruptible((signal) =>
        run({
          ...how,
          topic,
          group: flags.group,
          filter: filterOf(flags),
          limit: flags.limit,
          to: flags.to,
          byKey: flags.byKey === true,
          unlessNewer: flags.unlessNewer === true,
          dryRun: flags.dryRun === true,
          json: flags.json === true,
          signal,
          write,
        }),
      )
    })
}

async function surroundings(flags: ConnectionFlags & ConnectorFlags) {
  const [{ reachedKafka }, { connectorSettings }] = await Promise.all([
    import('./connection.ts'),
    import('./connectors.ts'),
  ])
  const [reached, connectors] = await Promise.all([reachedKafka(flags), connectorSettings(flags)])
  return { ...reached, connectors }
}

function subcommand(dlq: Command, name: string, description: string): Command {
  return dlq
    .command(name)
    .description(description)
    .showHelpAfterError(`(sluice dlq ${name} --help shows more)`)
}

function withConnection(command: Command): Command {
  return command
    .option(
      '--worker <file>',
      "how to reach Kafka: a worker's or client's .properties (default: ./worker.properties)",
    )
    .option('--bootstrap-servers <list>', 'brokers as host:port, separated by commas')
    .option(
      '--set <name=value>',
      'a client setting, such as security.protocol=SASL_SSL (repeatable)',
      collect,
    )
}

function withConnectors(command: Command): Command {
  return command
    .option('--rest <url>', 'ask a running worker for its connectors, such as http://127.0.0.1:8083')
    .option('--config <file>', "a connector's settings, .json or .properties (repeatable)", collect)
}

function withFilter(command: Command): Command {
  return command
    .addOption(
      new Option('--reason <regex>', 'only those whose error class or message has it').argParser(parseReason),
    )
    .option('--stage <stage>', 'only those that failed there: VALUE_CONVERTER, TRANSFORMATION, TASK_PUT, ...')
    .option('--connector <name>', 'only those of this connector')
    .addOption(
      new Option('--from <offset>', 'only from this offset on, or "beginning"').argParser(parseOffset),
    )
    .addOption(new Option('--until <offset>', 'only up to this offset').argParser(parseOffset))
    .addOption(
      new Option('--since <time>', 'only those set aside since: 2h, 1d, 2026-11-22T10:00:00Z').argParser(
        (text) => parseSince(text),
      ),
    )
    .addOption(new Option('--partition <n>', 'only those in this partition').argParser(parsePartition))
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** The first Ctrl-C ends in order, the second one at once. */
async function interruptible<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  endWithReader()
  const controller = new AbortController()
  const interrupt = () => controller.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    return await body(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

const overview = `
A record that can't be converted, transformed or written is set aside where its connector says so:
  errors.tolerance=all
  errors.deadletterqueue.topic.name=orders-dlq
  errors.deadletterqueue.context.headers.enable=true      so that it says why, and can be sent again
Without errors.tolerance=all such a record ends the task.

A day's work:
  $ sluice dlq list                      which topics hold dead letters
  $ sluice dlq show orders-dlq           why the last ones are there
    ... mend the mapping, the settings, the transform ...
  $ sluice dlq replay orders-dlq --dry-run
  $ sluice dlq replay orders-dlq         send them to their topic again; the connector reads them as new records

Kafka is found by ./worker.properties, --worker, or --bootstrap-servers.`

const listExamples = `
Examples:
  $ sluice dlq list --worker worker.properties
  $ sluice dlq list --bootstrap-servers 127.0.0.1:9092 --rest http://127.0.0.1:8083
  $ sluice dlq list --all --json`

const showExamples = `
Examples:
  $ sluice dlq show orders-dlq                            the last ten
  $ sluice dlq show orders-dlq --from beginning --limit all
  $ sluice dlq show orders-dlq --stage TASK_PUT --reason mapper_parsing --since 2h
  $ sluice dlq show orders-dlq --follow --json

Keys and values are printed as text where they are text, else in hexadecimal.`

const replayExamples = `
What is sent: of a sink's dead letter the record as it was read, key, value, headers and timestamp, to its topic and partition; of a
source's the record through its connector's transforms and converters as they are now (give --config or --rest). Each has the
header __sluice.replayed.from. What was sent is remembered, so that a second replay goes on where the first one ended.

The record comes behind everything that is in the topic by now: where an older value must not follow a newer one, use --unless-newer.

Examples:
  $ sluice dlq replay orders-dlq --dry-run
  $ sluice dlq replay orders-dlq --reason mapper_parsing --limit 1      try one first
  $ sluice dlq replay orders-dlq --from 100 --until 250
  $ sluice dlq replay tables-dlq --config tables.json                   a source's`
