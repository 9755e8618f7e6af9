import { join } from 'node:path'
import type { ServiceName } from '@sluice/testkit/services'
import { Argument, Command } from 'commander'

// the servers' code is loaded when one is to be started, not to print help
const serviceNames = ['kafka', 'postgres', 'elasticsearch', 'hdfs'] as const satisfies readonly ServiceName[]

interface Flags {
  readonly dir: string
  readonly json?: true
  readonly remove?: true
}

/** `sluice stack up|down|status`: real servers on this machine, without Docker. */
export function stackCommand(): Command {
  const stack = new Command('stack')
    .description('run real Kafka, PostgreSQL, Elasticsearch and HDFS on this machine, without Docker')
    .addHelpText('after', examples)
  subcommand(stack, 'up', 'start the servers, or find them running, and print their addresses').action(
    async (services: ServiceName[], flags: Flags) => {
      const { up } = await import('./stack.ts')
      const report = (line: string) => void process.stderr.write(`${line}\n`)
      const text = await interruptible((signal) => up(optionsOf(services, flags), { report, signal }))
      process.stdout.write(text)
    },
  )
  subcommand(stack, 'down', 'stop the servers; their data stays for the next start')
    .option('--remove', 'delete their data as well')
    .action(async (services: ServiceName[], flags: Flags) => {
      const { down } = await import('./stack.ts')
      process.stdout.write(await down({ ...optionsOf(services, flags), remove: flags.remove === true }))
    })
  subcommand(stack, 'status', 'print what runs and where').action(
    async (services: ServiceName[], flags: Flags) => {
      const { status } = await import('./stack.ts')
      process.stdout.write(await status(optionsOf(services, flags)))
    },
  )
  return stack
}

function subcommand(stack: Command, name: string, description: string): Command {
  return stack
    .command(name)
    .description(description)
    .addArgument(new Argument('[server...]', 'which (default: all)').choices(serviceNames))
    .option('--dir <folder>', 'keeps data, logs and what runs', join('.sluice', 'stack'))
    .option('--json', 'print JSON')
}

function optionsOf(services: readonly ServiceName[], { dir, json }: Flags) {
  return { dir, services, json: json === true }
}

/** The first Ctrl-C ends what is being started in order; the second ends the process as always. */
async function interruptible<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const interrupt = () => controller.abort(new Error('interrupted; servers that were ready go on running'))
  process.once('SIGINT', interrupt)
  try {
    return await body(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

const examples = `
Examples:
  $ sluice stack up                      all four; the first time downloads them (350 MB) to ~/.cache/sluice
  $ sluice stack up kafka postgres       only these
  $ sluice stack status --json           addresses for a script
  $ sluice stack down --remove           stop everything and delete its data

Needs a JDK 17 to 23 and Maven 3.8 or newer. Servers listen on 127.0.0.1 only, on ports that were free, and keep both
their ports and their data: a second "up" gives the same addresses.`
