import { type Command, Option } from 'commander'
import {
  type ActFlags,
  type AwsFlags,
  collect,
  list,
  run,
  subcommand,
  wholeNumber,
  withYes,
} from './declare.ts'
import type { Terminal } from './terminal.ts'
import type { ConnectionFlags, ReplicatorFlags, TopicFlags, TopicListFlags } from './traffic-actions.ts'

const load = () => import('./traffic-actions.ts')

/** `sluice msk topic ...`: by MSK's API, without a way to the brokers. */
export function addTopic(msk: Command, terminal: Terminal): void {
  const topic = msk
    .command('topic')
    .description('topics by MSK’s API, without a way to the brokers; "sluice topics" asks the brokers')
  subcommand(topic, 'list', 'list topics, as MSK knows them: about a minute late')
    .argument('<cluster>', 'name or ARN')
    .option('--name <part>', 'only those with this in their names')
    .action((name: string, flags: TopicListFlags) =>
      run(terminal, flags, async (scene) => (await load()).listTopics(scene, name, flags)),
    )
  subcommand(topic, 'describe', 'show a topic with its settings and partitions')
    .argument('<cluster>', 'name or ARN')
    .argument('<topic>')
    .action((name: string, title: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).describeTopic(scene, name, title, flags)),
    )
  withTopic(subcommand(topic, 'create', 'make a topic'))
    .option('--replication <n>', 'how many replicas (default: 3)', wholeNumber)
    .action((name: string, title: string, flags: TopicFlags) =>
      run(terminal, flags, async (scene) => (await load()).createTopic(scene, name, title, flags)),
    )
  withTopic(subcommand(topic, 'update', 'give a topic more partitions, or other settings')).action(
    (name: string, title: string, flags: TopicFlags) =>
      run(terminal, flags, async (scene) => (await load()).updateTopic(scene, name, title, flags)),
  )
  withYes(subcommand(topic, 'delete', 'delete a topic with its data'))
    .argument('<cluster>', 'name or ARN')
    .argument('<topic>')
    .action((name: string, title: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).deleteTopic(scene, name, title, flags)),
    )
}

function withTopic(command: Command): Command {
  return command
    .argument('<cluster>', 'name or ARN')
    .argument('<topic>')
    .option('--partitions <n>', 'how many (default of create: 1)', wholeNumber)
    .option('--set <name=value>', 'a setting, such as retention.ms=86400000 (repeatable)', collect)
}

/** `sluice msk replicator ...`: copies from one cluster to another. */
export function addReplicator(msk: Command, terminal: Terminal): void {
  const replicator = msk
    .command('replicator')
    .description('copy topics and groups from one cluster to another')
  withCopied(subcommand(replicator, 'create', 'copy from a cluster to another from now on'))
    .argument('<name>')
    .requiredOption('--source <cluster>', 'ARN of the cluster that is copied')
    .requiredOption('--source-subnets <ids>', 'in its VPC', list)
    .option('--source-security-groups <ids>', 'in its VPC', list)
    .requiredOption('--target <cluster>', 'ARN of the cluster that is copied to, in this region')
    .requiredOption('--target-subnets <ids>', 'in its VPC', list)
    .option('--target-security-groups <ids>', 'in its VPC', list)
    .requiredOption('--role <arn>', 'the role that the replicator takes on')
    .option('--same-names', 'topics keep their names (default: the source’s alias stands before them)')
    .addOption(
      new Option('--from <position>', 'where to begin').choices(['EARLIEST', 'LATEST']).default('LATEST'),
    )
    .addOption(
      new Option('--compression <codec>', 'of what is written').choices([
        'NONE',
        'GZIP',
        'SNAPPY',
        'LZ4',
        'ZSTD',
      ]),
    )
    .option('--description <text>', 'what it is for')
    .option('--tag <name=value>', 'tag it (repeatable)', collect)
    .action((name: string, flags: ReplicatorFlags) =>
      run(terminal, flags, async (scene) => (await load()).createReplicator(scene, name, flags)),
    )
  subcommand(replicator, 'list', 'list replicators').action((flags: AwsFlags) =>
    run(terminal, flags, async (scene) => (await load()).listReplicators(scene, flags)),
  )
  subcommand(replicator, 'describe', 'show a replicator, as JSON; ends with 3 unless it is RUNNING')
    .argument('<replicator>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).describeReplicator(scene, name)),
    )
  withCopied(subcommand(replicator, 'update', 'change what is copied'))
    .argument('<replicator>', 'name or ARN')
    .action((name: string, flags: ReplicatorFlags) =>
      run(terminal, flags, async (scene) => (await load()).updateReplicator(scene, name, flags)),
    )
  withYes(subcommand(replicator, 'delete', 'copy no more; what was copied stays'))
    .argument('<replicator>', 'name or ARN')
    .action((name: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).deleteReplicator(scene, name, flags)),
    )
}

function withCopied(command: Command): Command {
  return command
    .option('--topics <regex>', 'which topics (repeatable; default of create: all)', collect)
    .option('--except-topics <regex>', 'but not these (repeatable)', collect)
    .option('--groups <regex>', 'offsets of which groups (repeatable; default of create: all)', collect)
    .option('--except-groups <regex>', 'but not these (repeatable)', collect)
}

/** `sluice msk vpc-connection ...`: from other VPCs and accounts. */
export function addVpcConnection(msk: Command, terminal: Terminal): void {
  const connection = msk
    .command('vpc-connection')
    .description('reach a cluster from another VPC or account (AWS PrivateLink)')
  subcommand(connection, 'create', 'connect a VPC of yours with a cluster; takes about 10 minutes')
    .argument('<cluster>', 'name or ARN; of another account its ARN')
    .requiredOption('--vpc <id>', 'your VPC')
    .requiredOption('--subnets <ids>', 'in it, one in each zone of the cluster', list)
    .requiredOption('--security-groups <ids>', 'in it', list)
    .addOption(
      new Option('--login <login>', 'how clients log in').choices(['iam', 'scram', 'tls']).default('iam'),
    )
    .option('--tag <name=value>', 'tag it (repeatable)', collect)
    .action((name: string, flags: ConnectionFlags) =>
      run(terminal, flags, async (scene) => (await load()).createConnection(scene, name, flags)),
    )
  subcommand(connection, 'list', 'list the connections of your VPCs').action((flags: AwsFlags) =>
    run(terminal, flags, async (scene) => (await load()).listConnections(scene, flags)),
  )
  subcommand(connection, 'describe', 'show a connection, as JSON')
    .argument('<connection>', 'its ARN')
    .action((arn: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).describeConnection(scene, arn)),
    )
  withYes(subcommand(connection, 'delete', 'delete a connection of a VPC of yours'))
    .argument('<connection>', 'its ARN')
    .action((arn: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).deleteConnection(scene, arn, flags)),
    )
  subcommand(connection, 'clients', 'list who is connected with a cluster of yours')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).listClients(scene, name, flags)),
    )
  withYes(subcommand(connection, 'reject', 'cut off somebody who is connected with a cluster of yours'))
    .argument('<cluster>', 'name or ARN')
    .argument('<connection>', 'its ARN')
    .action((name: string, arn: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).rejectClient(scene, name, arn, flags)),
    )
}
