import {
  defineTransform,
  type RecordData,
  RecordError,
  RetriableError,
  type SourceRecord,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import type { Converters } from '../converters/open-converters.ts'
import { stringConverter } from '../converters/string-converter.ts'
import { RecordErrors } from '../errors/record-errors.ts'
import { createRegistry, pluginOf } from '../plugins/registry.ts'
import { openChain, type TransformChain } from '../transforms/chain.ts'
import { convertPolled } from './convert-polled.ts'
import { SetAside } from './outgoing.ts'

/** Transforms that a test gives, under the names of its settings. */
function chainOf(steps: Readonly<Record<string, (record: RecordData) => RecordData>>): TransformChain {
  const definitions = Object.entries(steps).map(([name, apply]) =>
    defineTransform({
      name,
      version: '1',
      doc: 'For tests.',
      config: {},
      touches: () => ['value'],
      open: () => ({ apply }),
    }),
  )
  return openChain({
    names: Object.keys(steps),
    predicateNames: [],
    settings: new Map(Object.keys(steps).map((name) => [`transforms.${name}.type`, name])),
    plugins: createRegistry(definitions.map((one) => ({ ...pluginOf(one), from: 'a test' }))),
    log: memoryLogger(),
  })
}

const text = stringConverter.open({ config: { encoding: 'UTF-8' }, role: 'value', log: memoryLogger() })

function converters(value = text): Converters {
  return {
    key: text,
    header: text,
    value,
    names: { key: 'k', value: 'v', header: 'h' },
    close: async () => {},
  }
}

const errors = new RecordErrors({
  settings: {
    errorsTolerance: 'all',
    errorsRetryTimeoutMs: 60_000,
    errorsRetryDelayMaxMs: 1,
    errorsLogEnable: false,
    errorsLogIncludeMessages: false,
  },
  metrics: { add: () => {}, set: () => {} },
  log: memoryLogger(),
  signal: new AbortController().signal,
})

function record(value: string): SourceRecord {
  return { origin: { partition: {}, offset: null }, topic: 't', key: null, value }
}

describe('a step that is tried again', () => {
  it('leaves what transforms have done as it is: they may have a state', async () => {
    const seen: string[] = []
    let busy = 2
    const chain = chainOf({
      first: (one) => {
        seen.push(`first ${String(one.value)}`)
        return { ...one, value: `${String(one.value)}!` }
      },
      second: (one) => {
        seen.push(`second ${String(one.value)}`)
        if (busy-- > 0) throw new RetriableError('Not now.')
        return one
      },
    })
    let away = 2
    const value = {
      ...text,
      toBytes: (...args: Parameters<typeof text.toBytes>) => {
        if (away-- > 0) throw new RetriableError('The registry is away.')
        return text.toBytes(...args)
      },
    }
    const [outcome] = await convertPolled({ chain, converters: converters(value), errors }, [record('a')])
    expect(outcome).toMatchObject({ value: Buffer.from('a!') })
    expect(seen).toEqual(['first a', 'second a!', 'second a!', 'second a!'])
  })

  it('names the transform that failed, whatever others did meanwhile', async () => {
    const busy = new Map([['a', 2]])
    const chain = chainOf({
      first: (one) => {
        if (one.value === 'b') throw new RecordError('Never.')
        return one
      },
      second: (one) => {
        const left = busy.get(one.value as string) ?? 0
        busy.set(one.value as string, left - 1)
        if (left > 0) throw new RetriableError('Not now.')
        throw new RecordError('Never.')
      },
    })
    const records = ['a', 'b', 'c'].map(record)
    const outcomes = await convertPolled({ chain, converters: converters(), errors }, records)
    expect(outcomes.map((one) => one instanceof SetAside && one.failure.transform)).toEqual([
      'second',
      'first',
      'second',
    ])
  })
})
