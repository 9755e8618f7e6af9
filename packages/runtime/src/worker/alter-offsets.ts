import {
  type ConfigFields,
  kindOf,
  parseConfig,
  type SinkDefinition,
  type SourceDefinition,
  type TopicPartition,
} from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { messageOf } from '../errors/message-of.ts'
import type { StoredOffset } from '../offsets/offset-store.ts'
import type { Plugin } from '../plugins/registry.ts'

export type SinkOffset = TopicPartition & { readonly offset: bigint | null }

/** What an operator wants to have stored; null: nothing. Of a source, or of a sink. */
export type AlteredOffsets = readonly StoredOffset[] | readonly SinkOffset[]

export type AlterOutcome =
  /** `adjusted`: the connector has seen to what it keeps outside. */
  | { readonly outcome: 'done'; readonly adjusted: boolean }
  /** `mayPass`: the same may be accepted later. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly mayPass: boolean }

export interface AlterCall {
  readonly plugin: Plugin
  /** The connector's, with values in place of references to config providers. */
  readonly resolve: () => Promise<Settings>
  readonly offsets: AlteredOffsets
  readonly signal: AbortSignal
}

/** Has the connector a say in what offsets are stored for it? */
export function asksOfOffsets({ kind, definition }: Plugin): boolean {
  return kind === 'source' || 'alterOffsets' in definition
}

/** Has the offsets read and accepted by the connector's own code. Rejects only where the signal does. */
export async function runAlterOffsets({
  plugin,
  resolve,
  offsets,
  signal,
}: AlterCall): Promise<AlterOutcome> {
  try {
    const fields: ConfigFields = plugin.definition.config
    const { config, issues } = parseConfig(fields, await resolve())
    if (config === undefined) throw new Error(issues.map((one) => `${one.field} ${one.message}`).join('\n'))
    return { outcome: 'done', adjusted: await alter(plugin, { config, offsets, signal }) }
  } catch (error) {
    signal.throwIfAborted()
    return { outcome: 'refused', reason: messageOf(error), mayPass: kindOf(error) === 'retriable' }
  }
}

async function alter(
  { kind, definition: any }: Plugin,
  how: { readonly config: object; readonly offsets: AlteredOffsets; readonly signal: AbortSignal },
): Promise<boolean> {
  const { signal } = how
  const config = how.config as never
  if (kind === 'sink') {
    const definition = any as unknown as SinkDefinition
    await definition.alterOffsets?.(config, how.offsets as readonly SinkOffset[], { signal })
    return definition.alterOffsets !== undefined
  }
  const definition = any as unknown as SourceDefinition
  const parsed = (how.offsets as readonly StoredOffset[]).map(({ partition, offset }) => ({
    partition,
    offset: offset === null ? null : definition.parseOffset(offset),
  }))
  await definition.alterOffsets?.(config, parsed, { signal })
  return definition.alterOffsets !== undefined
}
