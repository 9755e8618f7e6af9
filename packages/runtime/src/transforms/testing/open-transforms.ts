import type { RecordData } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { builtInPlugins } from '../../plugins/built-in.ts'
import { createRegistry } from '../../plugins/registry.ts'
import { openChain, type TransformChain } from '../chain.ts'

const registry = createRegistry(builtInPlugins)

/** A chain of one built-in transform. */
export function openTransform(type: string, settings: Readonly<Record<string, string>>): TransformChain {
  const own = Object.entries({ type, ...settings }).map(
    ([key, value]) => [`transforms.t.${key}`, value] as const,
  )
  return openSettings({ transforms: 't', ...Object.fromEntries(own) })
}

/** The chain that a connector's settings describe, where expressions in JavaScript are allowed. */
export function openSettings(settings: Readonly<Record<string, string>>): TransformChain {
  return openChain({
    names: settings['transforms']?.split(',') ?? [],
    predicateNames: settings['predicates']?.split(',') ?? [],
    settings: new Map(Object.entries(settings)),
    worker: new Map([['javascript.transform.expressions', 'true']]),
    plugins: registry,
    log: memoryLogger(),
  })
}

/** What one transform makes of a value. */
export function transformed(
  type: string,
  settings: Readonly<Record<string, string>>,
  record: Partial<RecordData>,
): RecordData | null {
  return openTransform(type, settings).apply({ topic: 't', value: null, ...record })
}
