import type { Aws } from '@sluice/msk'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Terminal } from './terminal.ts'

/** How a command of `sluice msk` ends. */
export const mskExit = {
  done: 0,
  /** AWS refused, or can't be reached. */
  failed: 1,
  /** The command line or a file can't be used, or breaks a rule of MSK; nothing was sent. */
  usage: 2,
  /** `--wait`: what was begun has FAILED, or a cluster isn't as it should be. */
  unhealthy: 3,
} as const

export interface AwsFlags {
  readonly region?: string
  readonly profile?: string
  readonly roleArn?: string
  readonly endpoint?: string
  readonly json?: true
}

/** The flags of commands that change something. */
export interface ActFlags extends AwsFlags {
  readonly dryRun?: true
  readonly yes?: true
  readonly wait?: true
  readonly poll?: number
  readonly timeout?: number
}

export interface Scene {
  readonly aws: Aws
  readonly terminal: Terminal
}

/** Nothing that a person asked for in vain: exit code 2. */
export class MskUsageError extends Error {
  override readonly name = 'MskUsageError'
}

export function subcommand(parent: Command, name: string, description: string): Command {
  const path = parent.name() === 'msk' ? name : `${parent.name()} ${name}`
  return parent
    .command(name)
    .description(description)
    .showHelpAfterError(`(sluice msk ${path} --help shows more)`)
    .option('--region <region>', 'where (default: AWS_REGION, else the profile’s)')
    .option('--profile <name>', 'the login, of the shared AWS files (default: AWS_PROFILE)')
    .option('--role-arn <arn>', 'a role to take on with that login')
    .option('--endpoint <url>', 'where MSK is asked (default: AWS_ENDPOINT_URL_KAFKA, else AWS)')
    .option('--json', 'print JSON')
}

/** For commands that change a cluster: what would be done, without a question, and until it is done. */
export function withAct(command: Command): Command {
  return withWait(
    command
      .option('--dry-run', 'send nothing: print what would change, how long it takes, what it costs')
      .option('--yes', 'don’t ask before what is dangerous'),
  )
}

export function withWait(command: Command): Command {
  return command
    .option('--wait', 'show progress until it is done')
    .addOption(
      new Option('--poll <seconds>', 'with --wait: how often to look (default: 15)').argParser(seconds),
    )
    .addOption(new Option('--timeout <minutes>', 'with --wait: how long at most').argParser(seconds))
}

export function withYes(command: Command): Command {
  return command.option('--yes', 'don’t ask')
}

/** Runs with AWS at hand; the SDK is loaded here and not before. Ends with a code of its own for each kind of failure. */
export async function run(
  terminal: Terminal,
  flags: AwsFlags,
  body: (scene: Scene) => Promise<number | void>,
): Promise<void> {
  const { Aws } = await import('@sluice/msk')
  const { region, profile, endpoint } = flags
  const credentials = await roleOf(flags)
  const aws = new Aws({ region, profile, credentials, endpoint, signal: terminal.signal })
  try {
    terminal.end((await body({ aws, terminal })) ?? mskExit.done)
  } catch (error) {
    terminal.err(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
    terminal.end(codeOf(error))
  } finally {
    await aws.close()
  }
}

/** Undefined: as the SDK finds them. */
async function roleOf({ roleArn, region, profile }: AwsFlags) {
  if (roleArn === undefined) return undefined
  const { awsCredentials } = await import('@sluice/aws-login')
  return awsCredentials({ roleArn, region, profile })
}

function codeOf(error: unknown): number {
  if (!(error instanceof Error)) return mskExit.failed
  if (error.name === 'MskUsageError' || error.name === 'MskRuleError') return mskExit.usage
  return error.name === 'MskError' && 'kind' in error && error.kind === 'operation-failed'
    ? mskExit.unhealthy
    : mskExit.failed
}

export function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** Of `--prometheus none` and the like. */
export function listOrNone(text: string): readonly string[] {
  return text.trim() === 'none' ? [] : list(text)
}

export function oneOf<T extends string>(choices: readonly T[], { none = false } = {}) {
  return (text: string): readonly T[] => {
    const found = none ? listOrNone(text) : list(text)
    const wrong = found.filter((one) => !(choices as readonly string[]).includes(one))
    if (found.length > 0 ? wrong.length === 0 : none) return found as readonly T[]
    throw new InvalidArgumentError(
      `It takes ${choices.join(', ')}${none ? ', or none' : ''}; several by commas.`,
    )
  }
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number, such as 100.')
  return Number(text)
}

function seconds(text: string): number {
  const found = Number(text)
  if (!(found > 0 && found <= 86_400)) throw new InvalidArgumentError('It takes a number above 0.')
  return found
}

/** `name=value` pairs. */
export function pairsOf(given: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=')
      if (at < 1) throw new MskUsageError(`"${one}" is no name=value.`)
      return [one.slice(0, at), one.slice(at + 1)]
    }),
  )
}

/** JSON of what AWS gave, without what the SDK adds. */
export function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, (name, inner: unknown) => (name === '$metadata' ? undefined : inner), 2)}\n`
}
