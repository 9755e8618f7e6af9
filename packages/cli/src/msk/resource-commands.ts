import type { Command } from 'commander'
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
import type { ConfigurationFlags, RevisionFlags } from './resource-actions.ts'
import type { Terminal } from './terminal.ts'

const load = () => import('./resource-actions.ts')

/** `sluice msk configuration ...`: what brokers have in their server.properties. */
export function addConfiguration(msk: Command, terminal: Terminal): void {
  const configuration = msk.command('configuration').description('settings of brokers, in revisions')
  subcommand(configuration, 'create', 'make a configuration of a file')
    .argument('<name>')
    .argument('<file>', 'lines of name=value')
    .option('--description <text>', 'what it is for')
    .option('--kafka-versions <versions>', 'of Kafka it is for (default: all)', list)
    .action((name: string, file: string, flags: ConfigurationFlags) =>
      run(terminal, flags, async (scene) => (await load()).createConfiguration(scene, name, file, flags)),
    )
  subcommand(configuration, 'list', 'list configurations').action((flags: AwsFlags) =>
    run(terminal, flags, async (scene) => (await load()).listConfigurations(scene, flags)),
  )
  subcommand(configuration, 'describe', 'print the settings of a revision')
    .argument('<configuration>', 'name or ARN')
    .option('--revision <n>', 'which (default: the latest)', wholeNumber)
    .action((name: string, flags: RevisionFlags) =>
      run(terminal, flags, async (scene) => (await load()).describeConfiguration(scene, name, flags)),
    )
  subcommand(configuration, 'update', 'make the next revision; clusters keep theirs until they are updated')
    .argument('<configuration>', 'name or ARN')
    .argument('<file>', 'lines of name=value: all that there shall be')
    .option('--description <text>', 'what is new')
    .action((name: string, file: string, flags: ConfigurationFlags) =>
      run(terminal, flags, async (scene) => (await load()).updateConfiguration(scene, name, file, flags)),
    )
  subcommand(configuration, 'revisions', 'list the revisions of a configuration')
    .argument('<configuration>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).listRevisions(scene, name, flags)),
    )
  withYes(subcommand(configuration, 'delete', 'delete a configuration with all its revisions'))
    .argument('<configuration>', 'name or ARN')
    .action((name: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).deleteConfiguration(scene, name, flags)),
    )
}

/** `sluice msk secret ...`: by what clients log in by SCRAM. */
export function addSecret(msk: Command, terminal: Terminal): void {
  const secret = msk.command('secret').description('secrets by which clients log in by SCRAM')
  subcommand(secret, 'list', 'list the secrets of a cluster')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).listSecrets(scene, name, flags)),
    )
  subcommand(secret, 'add', 'let clients log in by secrets of Secrets Manager')
    .argument('<cluster>', 'name or ARN')
    .argument('<secret...>', 'their ARNs; their names begin with AmazonMSK_')
    .action((name: string, secrets: string[], flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).addSecrets(scene, name, secrets)),
    )
  withYes(subcommand(secret, 'remove', 'shut out the clients of secrets'))
    .argument('<cluster>', 'name or ARN')
    .argument('<secret...>', 'their ARNs')
    .action((name: string, secrets: string[], flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).removeSecrets(scene, name, secrets, flags)),
    )
}

/** `sluice msk cluster-policy ...`: what other accounts may do. */
export function addClusterPolicy(msk: Command, terminal: Terminal): void {
  const policy = msk.command('cluster-policy').description('what other accounts may do with a cluster')
  subcommand(policy, 'get', 'print the policy of a cluster')
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).getPolicy(scene, name)),
    )
  withYes(subcommand(policy, 'put', 'replace the policy of a cluster'))
    .argument('<cluster>', 'name or ARN')
    .argument('<file>', 'JSON')
    .action((name: string, file: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).putPolicy(scene, name, file, flags)),
    )
  withYes(subcommand(policy, 'delete', 'delete the policy of a cluster'))
    .argument('<cluster>', 'name or ARN')
    .action((name: string, flags: ActFlags) =>
      run(terminal, flags, async (scene) => (await load()).deletePolicy(scene, name, flags)),
    )
}

/** `sluice msk tag ...` */
export function addTag(msk: Command, terminal: Terminal): void {
  const tag = msk
    .command('tag')
    .description('tags of clusters, and by ARN of configurations, replicators, VPC connections')
  subcommand(tag, 'list', 'list tags')
    .argument('<resource>', 'name of a cluster, or any ARN')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).listTags(scene, name, flags)),
    )
  subcommand(tag, 'set', 'set tags; others stay')
    .argument('<resource>', 'name of a cluster, or any ARN')
    .argument('<name=value...>', 'tags', collect)
    .action((name: string, tags: string[], flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).setTags(scene, name, tags)),
    )
  subcommand(tag, 'remove', 'remove tags')
    .argument('<resource>', 'name of a cluster, or any ARN')
    .argument('<name...>', 'tags')
    .action((name: string, names: string[], flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).removeTags(scene, name, names)),
    )
}
