import { Command, InvalidArgumentError, Option } from 'commander'
import type { Applied, Shown } from './actions.ts'
import type { RestFlags } from './rest-flags.ts'
import { examples, overview } from './help.ts'
import { connectorExit, UsageError } from './usage-error.ts'

/** `sluice connector ...`: what runs on a worker, Sluice's or Kafka Connect's own, over REST. */
export function connectorCommand(): Command {
  const connector = new Command('connector')
    .description('look at and steer the connectors of a running worker (Kafka Connect’s, too)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : connectorExit.usage))
    .showHelpAfterError('(sluice connector --help shows the commands)')
    .addHelpText('after', overview)
  addShowing(connector)
  addApplying(connector)
  addOperations(connector)
  addOffsets(connector)
  return connector
}

function addShowing(connector: Command): void {
  withWatch(subcommand(connector, 'list', 'list connectors with their states')).action((flags: Shown) =>
    run(async () => {
      const { list } = await import('./actions.ts')
      return list(flags)
    }),
  )
  withWatch(
    subcommand(connector, 'status', 'show connectors and their tasks; ends with 3 if something has FAILED'),
  )
    .argument('[connector...]', 'which (default: all)')
    .option('--trace', 'print the whole trace of what failed')
    .action((names: string[], flags: Shown) =>
      run(async () => {
        const { status } = await import('./actions.ts')
        return status(names, flags)
      }),
    )
}

function addApplying(connector: Command): void {
  withApply(subcommand(connector, 'create', 'make a connector of a file'))
    .addOption(
      new Option(
        '--initial-state <state>',
        'what it begins with (default: as the file says, else RUNNING)',
      ).choices(['RUNNING', 'PAUSED', 'STOPPED']),
    )
    .action((file: string | undefined, flags: Applied) =>
      run(async () => {
        const { createFrom } = await import('./actions.ts')
        return createFrom(file, flags)
      }),
    )
  withApply(
    subcommand(connector, 'update', 'give a connector the settings of a file, or change some of them'),
  )
    .option('--or-create', 'make it where there is none')
    .option(
      '--set <name=value>',
      'change a setting of --name, instead of a file (repeatable; no secrets here)',
      collect,
    )
    .option('--unset <name>', 'take a setting of --name away, instead of a file (repeatable)', collect)
    .action((file: string | undefined, flags: Applied) =>
      run(async () => {
        const { updateFrom } = await import('./actions.ts')
        return updateFrom(file, flags)
      }),
    )
  subcommand(
    connector,
    'validate',
    'have the worker check settings, and say what is wrong; nothing is changed',
  )
    .argument('[file]', '.json or .properties; - or none: the standard input')
    .option('--name <connector>', 'the connector’s name, where the file has none')
    .option('--json', 'print JSON')
    .action((file: string | undefined, flags: Applied) =>
      run(async () => {
        const { validate } = await import('./actions.ts')
        return validate(file, flags)
      }),
    )
}

function addOperations(connector: Command): void {
  const about = {
    pause: 'have tasks keep what they hold, and move nothing',
    resume: 'go on after pause or stop',
    stop: 'end tasks; the connector and its offsets stay',
  } as const
  for (const operation of ['pause', 'resume', 'stop'] as const) {
    withNames(subcommand(connector, operation, about[operation])).action(
      (names: string[], flags: RestFlags) =>
        run(async () => {
          const { operateAll } = await import('./actions.ts')
          return operateAll(names, operation, flags)
        }),
    )
  }
  withNames(subcommand(connector, 'restart', 'restart connectors and, if asked for, their tasks'))
    .option('--tasks', 'restart the tasks, too')
    .option('--only-failed', 'restart only what has FAILED')
    .option('--task <n>', 'restart this task, and nothing else', wholeNumber)
    .action((names: string[], flags: RestFlags & { tasks?: true; onlyFailed?: true; task?: number }) =>
      run(async () => {
        const { restartAll } = await import('./actions.ts')
        return restartAll(names, flags)
      }),
    )
  withNames(subcommand(connector, 'delete', 'end and forget connectors; their offsets stay'))
    .option('--yes', 'don’t ask')
    .action((names: string[], flags: RestFlags & { yes?: true }) =>
      run(async () => {
        const { deleteAll } = await import('./actions.ts')
        return deleteAll(names, flags)
      }),
    )
}

function addOffsets(connector: Command): void {
  const offsets = connector
    .command('offsets')
    .description('show and set how far a connector has read')
    .addHelpText('after', examples['offsets']!)
  subcommand(offsets, 'get', 'show the stored offsets')
    .argument('<connector>')
    .option('--json', 'print JSON, in the form that alter takes')
    .action((name: string, flags: RestFlags & { json?: true }) =>
      run(async () => {
        const { showOffsets } = await import('./actions.ts')
        return showOffsets(name, flags)
      }),
    )
  subcommand(offsets, 'alter', 'set offsets of a stopped connector')
    .argument('<connector>')
    .argument('[file]', '{"offsets": [...]}; an offset of null forgets one; - or none: the standard input')
    .option('--dry-run', 'only say what would change')
    .action((name: string, file: string | undefined, flags: RestFlags & { dryRun?: true }) =>
      run(async () => {
        const { alter } = await import('./actions.ts')
        return alter(name, file, flags)
      }),
    )
  subcommand(offsets, 'reset', 'forget all offsets of a stopped connector: it begins anew')
    .argument('<connector>')
    .option('--yes', 'don’t ask')
    .action((name: string, flags: RestFlags & { yes?: true }) =>
      run(async () => {
        const { reset } = await import('./actions.ts')
        return reset(name, flags)
      }),
    )
}

/** Ends with a code of its own for each kind of failure. */
async function run(body: () => Promise<number>): Promise<void> {
  // `... | head`: whoever reads has had enough
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    process.exitCode = await body()
  } catch (error) {
    process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? connectorExit.usage : connectorExit.failed
  }
}

function subcommand(parent: Command, name: string, description: string): Command {
  const path = parent.name() === 'connector' ? name : `${parent.name()} ${name}`
  const command = parent
    .command(name)
    .description(description)
    .showHelpAfterError(`(sluice connector ${path} --help shows more)`)
    .option('--rest <url>', 'the worker (default: $SLUICE_REST, else http://127.0.0.1:8083)')
    .option('--user <name>', 'who logs in (default: $SLUICE_REST_USER); the password: $SLUICE_REST_PASSWORD')
    .option('--password-file <file>', 'the file with the password')
    .option('--cacert <file>', 'PEM of the authority that signed the worker’s certificate')
    .option('--cert <file>', 'PEM of a certificate of one’s own')
    .option('--key <file>', 'PEM of its key')
    .option('--insecure', 'trust any certificate')
    .option('--timeout <seconds>', 'how long to wait for an answer (default: 30)', positive)
  const more = examples[path]
  return more === undefined ? command : command.addHelpText('after', more)
}

function withWatch(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('--watch', 'show it again and again, until Ctrl-C')
    .addOption(new Option('--interval <seconds>', 'with --watch: how often').argParser(positive).default(2))
}

function withApply(command: Command): Command {
  return command
    .argument('[file]', '.json or .properties; - or none: the standard input')
    .option('--name <connector>', 'the connector’s name, where the file has none')
    .option('--dry-run', 'change nothing: have the worker check the settings, and show what would change')
    .option('--json', 'print JSON')
}

function withNames(command: Command): Command {
  return command.argument('<connector...>', 'one or more')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('It takes a number of seconds above 0.')
  return value
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number, such as 0.')
  return Number(text)
}
