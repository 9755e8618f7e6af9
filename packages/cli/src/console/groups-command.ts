import { Command, Option } from 'commander'
import type { Admin } from '@sluice/runtime'
import { parsePartition } from '../dlq/letter-filter.ts'
import type * as Groups from './groups.ts'
import { collect, type KafkaFlags, withKafka } from './kafka-flags.ts'
import { parseStart, type Start } from './start.ts'

interface ListFlags extends KafkaFlags {
  readonly names?: true
  readonly json?: true
}

interface ResetFlags extends KafkaFlags {
  readonly topic?: readonly string[]
  readonly partition?: number
  readonly to: Start
  readonly dryRun?: true
  readonly yes?: true
}

/** `sluice groups list|describe|reset`. */
export function groupsCommand(): Command {
  const groups = new Command('groups').description(
    'list and describe consumer groups, and reset what they committed',
  )
  withKafka(subcommand(groups, 'list', 'all groups'))
    .option('-q, --names', 'names only, one a line')
    .option('--json', 'print JSON')
    .action((flags: ListFlags) =>
      run(flags, (admin, { listGroups }) =>
        listGroups(admin, { names: flags.names === true, json: flags.json === true }),
      ),
    )
  withKafka(subcommand(groups, 'describe', 'members, committed offsets and lag').argument('<group>'))
    .option('--json', 'print JSON')
    .action((group: string, flags: ListFlags) =>
      run(flags, (admin, { describeGroup }) => describeGroup(admin, group, flags.json === true)),
    )
  withKafka(
    subcommand(groups, 'reset', 'have a group that has no members read on from elsewhere').argument(
      '<group>',
    ),
  )
    .addOption(
      new Option(
        '--to <start>',
        'beginning, end, an offset, -10 (before the end), or a time: 2h, 2026-11-22T10:00:00Z',
      )
        .argParser(parseStart)
        .makeOptionMandatory(),
    )
    .option('-t, --topic <name>', 'of this topic (repeatable; default: all that it has committed)', collect)
    .addOption(new Option('-p, --partition <n>', 'of this partition only').argParser(parsePartition))
    .option('--dry-run', 'only say what would change')
    .option('-y, --yes', 'without having the name typed in')
    .action((groupId: string, flags: ResetFlags) =>
      run(flags, (admin, { resetGroup }) =>
        resetGroup(admin, {
          groupId,
          topics: flags.topic ?? [],
          partition: flags.partition,
          to: flags.to,
          dryRun: flags.dryRun === true,
          yes: flags.yes === true,
        }),
      ),
    )
  return groups
}

async function run(
  flags: KafkaFlags,
  use: (admin: Admin, groups: typeof Groups) => Promise<string>,
): Promise<void> {
  const [{ runCommand }, { kafkaClients }, groups, { withAdmin }] = await Promise.all([
    import('./command-run.ts'),
    import('./kafka-clients.ts'),
    import('./groups.ts'),
    import('./topics.ts'),
  ])
  await runCommand(async () => {
    const text = await withAdmin(await kafkaClients(flags), (admin) => use(admin, groups))
    process.stdout.write(text)
  })
}

function subcommand(groups: Command, name: string, description: string): Command {
  return groups
    .command(name)
    .description(description)
    .showHelpAfterError(`(sluice groups ${name} --help shows more)`)
}
