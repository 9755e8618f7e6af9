import { type Converter, type ConverterDefinition, type Logger, parseConfig } from '@sluice/template'
import { openConverters, type Converters } from '../../packages/runtime/src/converters/open-converters.ts'
import { RecordErrors } from '../../packages/runtime/src/errors/record-errors.ts'
import { builtInPlugins } from '../../packages/runtime/src/plugins/built-in.ts'
import { createRegistry } from '../../packages/runtime/src/plugins/registry.ts'
import { openChain, type TransformChain } from '../../packages/runtime/src/transforms/chain.ts'

export type Settings = Readonly<Record<string, string>>

const plugins = createRegistry(builtInPlugins)

/** Says nothing. */
export const log: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => log,
}

export interface Engine {
  /** The converters' alone. */
  readonly settings: Settings
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
}

/** The engine's own parts, as a task opens them. */
export function openEngine(settings: Settings): Engine {
  const all = new Map(Object.entries(settings))
  const ofConverters = Object.entries(settings).filter(([name]) => name.includes('converter'))
  return {
    settings: Object.fromEntries(ofConverters),
    chain: openChain({
      names: (settings['transforms'] ?? '').split(',').filter(Boolean),
      predicateNames: [],
      settings: all,
      plugins,
      log,
    }),
    converters: openConverters({ settings: all, worker: new Map(), plugins, log }),
    errors: new RecordErrors({
      settings: {
        errorsTolerance: 'none',
        errorsRetryTimeoutMs: 0,
        errorsRetryDelayMaxMs: 1,
        errorsLogEnable: false,
        errorsLogIncludeMessages: false,
      },
      metrics: { add: () => {}, set: () => {} },
      log,
      signal: new AbortController().signal,
    }),
  }
}

/** A chain as pipelines have it: a field renamed and one dropped, one added, one cast, one masked, and the topic. */
export const fiveTransforms: Settings = {
  transforms: 'rename,add,cast,mask,route',
  'transforms.rename.type': 'org.apache.kafka.connect.transforms.ReplaceField$Value',
  'transforms.rename.exclude': 'note',
  'transforms.rename.renames': 'ordered:ordered_at',
  'transforms.add.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
  'transforms.add.static.field': 'shop',
  'transforms.add.static.value': 'north',
  'transforms.cast.type': 'org.apache.kafka.connect.transforms.Cast$Value',
  'transforms.cast.spec': 'quantity:int64,customer:string',
  'transforms.mask.type': 'org.apache.kafka.connect.transforms.MaskField$Value',
  'transforms.mask.fields': 'email',
  'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
  'transforms.route.regex': 'shop\\.(.*)',
  'transforms.route.replacement': 'app.$1',
}

/** A converter of values. */
export function openConverter(definition: unknown, settings: Settings): Converter {
  const converter = definition as ConverterDefinition
  const { config, issues } = parseConfig(converter.config, new Map(Object.entries(settings)))
  if (!config) throw new Error(JSON.stringify(issues))
  return converter.open({ config, role: 'value', log })
}
