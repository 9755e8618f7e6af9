import {
  type KafkaReach,
  type ConnectorPath,
  type DeadLetter,
  LetterDesk,
  type LetterFate,
  type LetterFilter,
  openPaths,
  placeOf,
  type ReplayResult,
  type Settings,
} from '@sluice/runtime'
import { stringifyJson } from '@sluice/template'
import { pluginModules } from '../standalone.ts'
import { stderrLogger } from './connection.ts'
import { letterTopicsOf } from './connectors.ts'
import { ReplaySummary } from './replay-summary.ts'

export interface ReplayOptions {
  readonly settings: Settings
  readonly reach: KafkaReach
  readonly connectors: ReadonlyMap<string, Settings>
  readonly topic: string
  readonly group: string | undefined
  readonly filter: LetterFilter
  readonly limit: number
  readonly to: string | undefined
  readonly byKey: boolean
  readonly unlessNewer: boolean
  readonly dryRun: boolean
  readonly json: boolean
  readonly signal: AbortSignal
  readonly write: (text: string) => void
}

/** Sends dead letters again, or says which would be. Returns the exit code: 1 where some could not be sent. */
export async function replay(options: ReplayOptions): Promise<number> {
  const { settings, reach, topic, group, write, json, dryRun } = options
  const desk = new LetterDesk(settings, stderrLogger, { reach })
  const paths = new Paths(options)
  const summary = new ReplaySummary({ dryRun })
  const onLetter = (fate: LetterFate): void => {
    summary.add(fate)
    if (json) write(`${stringifyJson(fateJson(fate))}\n`)
    else if (dryRun) write(summary.lineOf(fate))
  }
  const groupId = group ?? LetterDesk.groupOf(topic)
  try {
    const result = await desk.replay({ ...options, groupId, onLetter, pathOf: (letter) => paths.of(letter) })
    if (!json) write(summary.text({ ...result, topic, groupId }))
    return exitCode(summary, result)
  } catch (error) {
    if (!json && summary.hasNews) write(summary.text({ topic, groupId, leftOut: 0, doneBefore: 0 }))
    throw error
  } finally {
    await Promise.all([desk.close(), paths.close()])
  }
}

function exitCode(summary: ReplaySummary, { stopped }: ReplayResult): number {
  return summary.refused > 0 || stopped !== undefined ? 1 : 0
}

function fateJson(fate: LetterFate): object {
  const { letter, ...rest } = fate
  return { letter: placeOf(letter), ...rest }
}

type Open = Awaited<ReturnType<typeof openPaths>>

/** Ways of the source connectors whose settings are known. Plug-ins are loaded when the first one is needed. */
class Paths {
  readonly #options: Pick<ReplayOptions, 'connectors' | 'settings' | 'topic'>
  readonly #opened = new Map<string, ConnectorPath>()
  #open: Promise<Open> | undefined

  constructor(options: Pick<ReplayOptions, 'connectors' | 'settings' | 'topic'>) {
    this.#options = options
  }

  async of(letter: DeadLetter): Promise<ConnectorPath | undefined> {
    const name = letter.reason?.connector ?? this.#onlyOne()
    const settings = name === undefined ? undefined : this.#options.connectors.get(name)
    if (name === undefined || settings === undefined) return undefined
    this.#open ??= this.#load()
    const path = this.#opened.get(name) ?? (await this.#open)(settings)
    this.#opened.set(name, path)
    return path
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map((path) => path.close()))
  }

  /** A letter without context headers names no connector: then there has to be but one that it can be of. */
  #onlyOne(): string | undefined {
    const { connectors, topic } = this.#options
    const names = letterTopicsOf(connectors).get(topic) ?? []
    return names.length === 1 ? names[0] : undefined
  }

  async #load(): Promise<Open> {
    const plugins = await pluginModules()
    return openPaths({ worker: this.#options.settings, plugins, base: process.cwd(), log: stderrLogger })
  }
}
