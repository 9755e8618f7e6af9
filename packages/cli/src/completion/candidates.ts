import type { Argument, Command, Option } from 'commander'

export interface Candidate {
  readonly text: string
  readonly doc: string
}

export interface Lookups {
  /** Names of connectors, asked for with the options that were typed so far. */
  connectors(options: ReadonlyMap<string, string>): Promise<readonly string[]>
}

/**
 * What may come next, given the words after `sluice`, the last of them unfinished. Nothing where it is a file or free text: shells complete
 * files by themselves.
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  lookups: Lookups,
): Promise<readonly Candidate[]> {
  const unfinished = words.at(-1) ?? ''
  const place = placeOf(program, words.slice(0, -1))
  const all = await next(place, unfinished, lookups)
  return all.filter(({ text }) => text.startsWith(unfinished))
}

interface Place {
  readonly command: Command
  /** Values of options that were given, by their long names. */
  readonly options: ReadonlyMap<string, string>
  /** The option that the next word is the value of. */
  readonly valueOf: Option | undefined
  readonly args: readonly string[]
}

function placeOf(program: Command, words: readonly string[]): Place {
  let command = program
  let valueOf: Option | undefined
  const options = new Map<string, string>()
  const args: string[] = []
  for (const word of words) {
    if (valueOf !== undefined) {
      options.set(valueOf.long ?? '', word)
      valueOf = undefined
    } else if (word.startsWith('-') && word !== '-') {
      const [name, value] = word.split('=', 2) as [string, string | undefined]
      const option = command.options.find((one) => one.long === name || one.short === name)
      if (value !== undefined) options.set(name, value)
      else if (option !== undefined && takesValue(option)) valueOf = option
    } else {
      const sub = args.length === 0 ? command.commands.find((one) => one.name() === word) : undefined
      if (sub === undefined) args.push(word)
      else command = sub
    }
  }
  return { command, options, valueOf, args }
}

async function next(place: Place, unfinished: string, lookups: Lookups): Promise<readonly Candidate[]> {
  const { command, valueOf, args, options } = place
  if (valueOf !== undefined) {
    if (valueOf.long === '--name') return named(await lookups.connectors(options))
    return (valueOf.argChoices ?? []).map((text) => ({ text, doc: '' }))
  }
  if (unfinished.startsWith('-')) return optionsOf(command)
  if (command.commands.length > 0 && args.length === 0) return subcommandsOf(command)
  const argument = argumentAt(command, args.length)
  if (argument === undefined) return []
  if (argument.name() === 'connector' && isOfConnectors(command)) {
    return named((await lookups.connectors(options)).filter((name) => !args.includes(name)))
  }
  return (argument.argChoices ?? []).map((text) => ({ text, doc: '' }))
}

/** The connectors of a worker; elsewhere an argument of that name is a file. */
function isOfConnectors(command: Command): boolean {
  for (let one: Command | null = command; one !== null; one = one.parent) {
    if (one.name() === 'connector') return true
  }
  return false
}

function named(names: readonly string[]): readonly Candidate[] {
  return names.map((text) => ({ text, doc: 'connector' }))
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1)
  return command.registeredArguments[index] ?? (last?.variadic ? last : undefined)
}

function subcommandsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ text: one.name(), doc: one.description() }))
}

function optionsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) =>
      long === undefined || long === null ? [] : [{ text: long, doc: description }],
    )
}

function takesValue(option: Option): boolean {
  return option.required || option.optional
}
