import { wireName } from '@sluice/template'
import { type MskConfig, mskFields } from './msk-fields.ts'
import { type MskAccess, openMskAccess } from './open-msk-access.ts'

type Lowered<Name extends string> = Name extends `msk${infer Rest}` ? Uncapitalize<Rest> : never

/** As the settings `msk.*`: `clusterArn` is `msk.cluster.arn`. */
export type MskOptions = {
  readonly [Name in keyof MskConfig as Lowered<Name>]?: MskConfig[Name]
}

/** What `createWorker({ kafka })` takes. */
export interface MskKafka extends Required<Pick<MskAccess, 'token' | 'refused'>> {
  settings(): Promise<ReadonlyMap<string, string>>
  rediscover(): Promise<string>
}

/**
 * A cluster of Amazon MSK for an embedded worker: `createWorker({ kafka: msk({ clusterArn }) })`. AWS is asked when the worker starts, which rejects with what is
 * wrong.
 */
export function msk(options: MskOptions): MskKafka {
  let opened: Promise<MskAccess> | undefined
  const access = (): Promise<MskAccess> => {
    opened ??= openMskAccess(settingsOf(options), { log: { info: () => {} } }).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    settings: async () => (await access()).settings,
    token: async (request) => (await access()).token(request),
    refused: async (reason, request) => (await access()).refused(reason, request),
    rediscover: async () => {
      const { rediscover, settings } = await access()
      return rediscover ? rediscover() : (settings.get('bootstrap.servers') ?? '')
    },
  }
}

function settingsOf(options: MskOptions): ReadonlyMap<string, string> {
  const given = new Map(Object.entries(options))
  return new Map(
    Object.entries(mskFields).flatMap(([property, field]) => {
      const short = property.slice('msk'.length)
      const value = given.get(short.charAt(0).toLowerCase() + short.slice(1))
      return value === undefined ? [] : [[wireName(property, field), value]]
    }),
  )
}
