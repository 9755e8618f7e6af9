import { type Command, Option } from 'commander'

export interface KafkaFlags {
  readonly config?: string
  readonly bootstrapServers?: string
  readonly bootstrapServer?: string
  readonly set?: readonly string[]
}

export function withKafka(command: Command): Command {
  return command
    .option('-b, --bootstrap-servers <list>', 'brokers as host:port, separated by commas')
    .addOption(new Option('--bootstrap-server <list>', 'the same').hideHelp())
    .option(
      '-c, --config <file>',
      "how to reach Kafka: a worker's or client's .properties (default: ./worker.properties); msk.cluster.arn finds a cluster of Amazon MSK",
    )
    .option(
      '--set <name=value>',
      'a setting, such as msk.auth=iam or security.protocol=SSL (repeatable)',
      collect,
    )
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
