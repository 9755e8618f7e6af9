import { type Command, Option } from 'commander'
import type { BootstrapFlags, ChangeFlags, CreateFlags, ListFlags } from './cluster-actions.ts'
import {
  type ActFlags,
  type AwsFlags,
  collect,
  list,
  oneOf,
  run,
  subcommand,
  wholeNumber,
  withAct,
  withWait,
} from './declare.ts'
import { examples } from './help.ts'
import type { Terminal } from './terminal.ts'

const logins = ['iam', 'scram', 'tls', 'none'] as const
const exporters = ['jmx', 'node'] as const
const levels = ['DEFAULT', 'PER_BROKER', 'PER_TOPIC_PER_BROKER', 'PER_TOPIC_PER_PARTITION']

/** `sluice msk cluster ...` */
export function addCluster(msk: Command, terminal: Terminal): void {
  const cluster = msk.command('cluster').description('make, look at, change and delete clusters')
  const load = () => import('./cluster-actions.ts')
  addCreate(cluster, terminal)
  subcommand(cluster, 'list', 'list the clusters of the region').action((flags: ListFlags) =>
    run(terminal, flags, async (scene) => (await load()).list(scene, flags)),
  )
  subcommand(cluster, 'describe', 'show a cluster; ends with 3 unless it is ACTIVE')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).describe(scene, name, flags)),
    )
  addUpdate(cluster, terminal)
  withAct(subcommand(cluster, 'delete', 'delete a cluster with all its data'))
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).remove(scene, name, flags)),
    )
  withAct(subcommand(cluster, 'reboot', 'restart brokers, one after the other'))
    .argument('<cluster>', 'name or ARN')
    .argument('<broker...>', 'their numbers, such as 1')
    .action((name: string, brokers: string[], flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).reboot(scene, name, brokers.map(Number), flags)),
    )
  addLooking(cluster, terminal)
}

function addCreate(cluster: Command, terminal: Terminal): void {
  const create = subcommand(cluster, 'create', 'make a cluster, as recommended or as you say')
  withMonitoring(withStorage(withAct(create)))
    .argument('<name>', 'its name')
    .option('--network <name>', 'stand in a network of "sluice msk network create"')
    .option('--subnets <ids>', 'instead: one in each of 2 or 3 zones; final', list)
    .option('--security-groups <ids>', 'instead: who is let in', list)
    .option('--kafka-version <version>', 'of those that MSK offers (default: 3.9.x.kraft, else the newest)')
    .option(
      '--broker-type <type>',
      'kafka.t3.small for a try, express.m7g.large, ... (default: kafka.m7g.large)',
    )
    .option('--brokers-per-zone <n>', 'how many (default: 1)', wholeNumber)
    .option('--login <logins>', 'iam, scram, tls, none; several by commas (default: iam)', oneOf(logins))
    .option('--ca <arns>', 'with tls: private authorities that sign clients’ certificates', list)
    .option('--plaintext', 'let clients in without TLS, besides')
    .option('--kms-key <arn>', 'encrypt data at rest by this key (default: AWS’s own)')
    .option('--configuration <name>', 'a configuration, by name or ARN (default: MSK’s own)')
    .option('--revision <n>', 'of the configuration (default: the latest)', wholeNumber)
    .option('--dual-stack', 'addresses of IPv6 besides')
    .option('--serverless', 'let AWS choose and scale the brokers; logins are by IAM')
    .option('--tag <name=value>', 'tag it (repeatable)', collect)
    .addHelpText('after', examples.create)
    .action((name: string, flags: CreateFlags) =>
      run(terminal, flags, async (scene) => (await import('./cluster-create.ts')).create(scene, name, flags)),
    )
}

function addUpdate(cluster: Command, terminal: Terminal): void {
  const update = subcommand(cluster, 'update', 'change a cluster: one request for each kind of change')
  withMonitoring(withStorage(withAct(update)))
    .argument('<cluster>', 'name or ARN')
    .option('--brokers-per-zone <n>', 'how many', wholeNumber)
    .option('--broker-type <type>', 'such as kafka.m7g.xlarge')
    .option('--kafka-version <version>', 'upgrade; there is no way back')
    .option('--configuration <name>', 'a configuration, by name or ARN')
    .option('--revision <n>', 'of the configuration (default: the latest)', wholeNumber)
    .option('--login <logins>', 'all that there shall be: iam, scram, tls, none', oneOf(logins))
    .option('--ca <arns>', 'with tls: private authorities that sign clients’ certificates', list)
    .option('--plaintext', 'let clients in without TLS, besides')
    .option('--no-plaintext', 'TLS only')
    .option('--public', 'addresses that are reached from the internet')
    .option('--no-public', 'no such addresses')
    .option(
      '--vpc-login <logins>',
      'for clients of other VPCs: iam, scram, tls, or none',
      oneOf(['iam', 'scram', 'tls'], { none: true }),
    )
    .option('--rebalancing', 'express brokers: spread partitions by themselves')
    .option('--no-rebalancing', 'express brokers: don’t')
    .addHelpText('after', examples.update)
    .action((name: string, flags: ChangeFlags) =>
      run(terminal, flags, async (scene) => (await import('./cluster-update.ts')).update(scene, name, flags)),
    )
}

function addLooking(cluster: Command, terminal: Terminal): void {
  const load = () => import('./cluster-actions.ts')
  subcommand(cluster, 'bootstrap', 'print where clients connect')
    .argument('<cluster>', 'name or ARN')
    .addOption(
      new Option('--login <login>', 'only this one, bare').choices(['iam', 'scram', 'tls', 'plaintext']),
    )
    .addOption(
      new Option(
        '--way <way>',
        'only this one: inside the VPC, from the internet, from other VPCs, by IPv6',
      ).choices(['private', 'public', 'vpc', 'ipv6']),
    )
    .action((name: string, flags: BootstrapFlags) =>
      run(terminal, flags, async (scene) => (await load()).bootstrap(scene, name, flags)),
    )
  subcommand(cluster, 'nodes', 'list the brokers of a cluster')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).nodes(scene, name, flags)),
    )
  subcommand(cluster, 'versions', 'list the versions of Kafka that MSK offers, or takes a cluster to')
    .argument('[cluster]', 'name or ARN')
    .action((name: string | undefined, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).versions(scene, name, flags)),
    )
}

function withStorage(command: Command): Command {
  return command
    .option('--storage <GB>', 'of each broker; it only grows (default of create: 100)', wholeNumber)
    .option('--storage-max <GB>', 'let it grow by itself, up to here', wholeNumber)
    .option('--storage-mark <percent>', 'grow when so much is used (default: 60)', wholeNumber)
    .option('--throughput <MiB/s>', 'of each broker’s storage: a bill of its own; 0: none', wholeNumber)
    .option('--tiered', 'move old data to cheaper storage; there is no way back')
}

function withMonitoring(command: Command): Command {
  return command
    .addOption(
      new Option('--monitoring <level>', 'metrics in CloudWatch (default of create: PER_BROKER)').choices(
        levels,
      ),
    )
    .option(
      '--prometheus <exporters>',
      'offer metrics to Prometheus: jmx, node, or none',
      oneOf(exporters, { none: true }),
    )
    .option('--log-cloudwatch <group>', 'brokers’ logs to a group of CloudWatch')
    .option('--log-s3 <bucket/prefix>', 'brokers’ logs to S3')
    .option('--log-firehose <stream>', 'brokers’ logs to Firehose')
    .option('--no-logs', 'brokers’ logs nowhere')
}

/** `sluice msk operation ...` */
export function addOperation(msk: Command, terminal: Terminal): void {
  const operation = msk.command('operation').description('look at what is under way at a cluster')
  const load = () => import('./operation-actions.ts')
  subcommand(operation, 'list', 'list the operations of a cluster, the newest first')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).list(scene, name, flags)),
    )
  subcommand(operation, 'describe', 'show an operation with its steps; ends with 3 if it has failed')
    .argument('<operation>', 'its ARN')
    .action((arn: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).describe(scene, arn, flags)),
    )
  const wait = subcommand(
    operation,
    'wait',
    'show progress until a cluster is ACTIVE; ends with 3 if that fails',
  )
  withWait(wait)
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).wait(scene, name, flags)),
    )
}
