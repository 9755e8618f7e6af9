import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseCount, parsePartition } from '../dlq/letter-filter.ts'
import { collect, type KafkaFlags, withKafka } from './kafka-flags.ts'
import { groupsCommand } from './groups-command.ts'
import { valueFormats } from './record-output.ts'
import type { ConsumeFlags } from './run-consume.ts'
import type { ProduceFlags } from './run-produce.ts'
import { parseStart } from './start.ts'
import { topicsCommand } from './topics-command.ts'

/** `sluice produce`, `consume`, `topics`, `groups`: of any Kafka. */
export function addConsole(sluice: Command): void {
  addProduce(sluice)
  addConsume(sluice)
  sluice.addCommand(topicsCommand())
  sluice.addCommand(groupsCommand())
}

function addProduce(sluice: Command): void {
  const produce = sluice
    .command('produce')
    .showHelpAfterError('(sluice produce --help shows more)')
    .description('send lines of the standard input, or of files, into a topic')
    .argument('<topic>', 'the topic')
    .argument('[file...]', 'files to send, one after the other; - is the standard input')
  withKafka(produce)
    .option(
      '-k, --key-separator <text>',
      'lines are a key and a value with this between them (\\t is a tab)',
      separator,
    )
    .option('--key <text>', 'the key of all records that have none of their own')
    .option('-H, --header <name=value>', 'a header of all records (repeatable)', collect)
    .addOption(new Option('-p, --partition <n>', 'into this partition').argParser(parsePartition))
    .option(
      '--json',
      'lines are JSON, as consume --json prints it: {"key": ..., "value": ..., "headers": {...}}',
    )
    .option('--whole', 'a file is one record')
    .option('--null <text>', 'a key or value that is this text is null: a tombstone')
    .addOption(
      new Option('-z, --compression <codec>', 'how records are compressed').choices([
        'none',
        'gzip',
        'snappy',
        'lz4',
        'zstd',
      ]),
    )
    .option('--progress', 'tell how far it has come (as it does on a terminal)')
    .addHelpText('after', produceExamples)
    .action(async (topic: string, files: string[], flags: KafkaFlags & ProduceFlags) => {
      const { runProduce } = await import('./run-produce.ts')
      await runProduce(topic, files, flags)
    })
}

function addConsume(sluice: Command): void {
  const consume = sluice
    .command('consume')
    .showHelpAfterError('(sluice consume --help shows more)')
    .description('print the records of a topic, one a line')
    .argument('<topic>', 'the topic')
  withKafka(consume)
    .addOption(
      new Option(
        '--from <start>',
        'beginning, end, an offset, -10 (before the end), or a time: 2h, 2026-11-22T10:00:00Z',
      )
        .argParser(parseStart)
        .default({ at: 'beginning' }, 'beginning'),
    )
    .option('-f, --follow', 'go on with what comes, until Ctrl-C; else it ends where the topic ends now')
    .addOption(
      new Option('-n, --max <n>', 'at most so many records').argParser(parseCount).default(Infinity, 'all'),
    )
    .addOption(new Option('-p, --partition <n>', 'of this partition only').argParser(parsePartition))
    .option(
      '-g, --group <id>',
      'as a member of this group: goes on where it ended, and shares with other members',
    )
    .option('--json', 'print JSON: topic, partition, offset, timestamp, key, value, headers')
    .option('--keys', 'print keys, before the values')
    .option('--headers', 'print headers, before keys and values')
    .option('-k, --key-separator <text>', 'what stands between them', separator, '\t')
    .option('--null <text>', 'what stands for null', 'null')
    .addOption(new Option('--value-format <format>', 'what values are').choices(valueFormats).default('raw'))
    .addOption(new Option('--key-format <format>', 'what keys are').choices(valueFormats).default('raw'))
    .option('--schema-registry <url>', 'where schemas of avro, json-schema and protobuf are')
    .addHelpText('after', consumeExamples)
    .action(async (topic: string, flags: KafkaFlags & ConsumeFlags) => {
      const { runConsume } = await import('./run-consume.ts')
      await runConsume(topic, flags)
    })
}

/** `\t` and the like, as they are written in shells. */
function separator(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is at least one character.')
  return text.replaceAll('\\t', '\t').replaceAll('\\n', '\n').replaceAll('\\0', '\0')
}

const produceExamples = `
Examples:
  $ echo hello | sluice produce greetings -b 127.0.0.1:9092
  $ sluice produce orders orders.ndjson -c worker.properties
  $ sluice produce users -k : < users.txt                    lines such as 17:Ada
  $ sluice consume orders --json | sluice produce copy --json
  $ sluice produce orders --set msk.cluster.arn=arn:aws:kafka:... < orders.ndjson

Ends with 0 when all records are acknowledged; 1 where Kafka failed one; 2 where the input or the settings can't be used; 130 after Ctrl-C, when all that was read
is acknowledged.`

const consumeExamples = `
Examples:
  $ sluice consume orders -b 127.0.0.1:9092 | head -1
  $ sluice consume orders --from end --follow
  $ sluice consume orders --from 2h --json | jq .value
  $ sluice consume orders --from -10 --keys --headers
  $ sluice consume orders --value-format avro --schema-registry http://127.0.0.1:8081

The order is that of each partition. Ends with 0, also when its reader has had enough; 1 where Kafka failed; 2 where the settings or a record's format can't be used; 130 after Ctrl-C.`
