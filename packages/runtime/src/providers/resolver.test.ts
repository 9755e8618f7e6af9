import { type ConfigProvider, ConfigurationError } from '@sluice/template'
import { Resolver } from './resolver.ts'

function vault(values: Readonly<Record<string, string>>, ttlMs?: number) {
  const asked: string[] = []
  const provider: ConfigProvider = {
    async get(path, keys) {
      asked.push(`${path} ${keys.join(',')}`)
      if (path === 'down') throw new Error('connect ECONNREFUSED.')
      if (path === 'forbidden') throw new ConfigurationError('no')
      const found = keys.filter((key) => Object.hasOwn(values, key))
      return {
        values: new Map(found.map((key) => [key, values[key]!])),
        ...(ttlMs !== undefined && { ttlMs }),
      }
    },
  }
  return { provider, asked }
}

const settings = (all: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(all))

describe('the resolver', () => {
  it('puts values in place of references, and asks once for all keys of a path', async () => {
    const { provider, asked } = vault({ user: 'app', pw: 'a$&b$1' })
    const resolver = new Resolver(new Map([['vault', provider]]))
    const found = await resolver.lookUp(
      settings({ url: 'x://${vault:db:user}:${vault:db:pw}@h', again: '${vault:db:pw}', plain: 'p' }),
    )
    expect(Object.fromEntries(found.settings)).toEqual({
      url: 'x://app:a$&b$1@h',
      again: 'a$&b$1',
      plain: 'p',
    })
    expect(asked).toEqual(['db pw,user'])
    expect(found.issues).toEqual([])
  })

  it.each(['${other:db:pw}', '${topic}-${timestamp}', '${ENV_VAR}', '$1', 'a}b'])(
    'leaves %s alone, as Kafka Connect does',
    async (text) => {
      const resolver = new Resolver(new Map([['vault', vault({}).provider]]))
      expect((await resolver.lookUp(settings({ a: text }))).settings.get('a')).toBe(text)
    },
  )

  it('does not look into what was looked up', async () => {
    const resolver = new Resolver(new Map([['vault', vault({ pw: '${vault:db:pw}' }).provider]]))
    expect((await resolver.lookUp(settings({ a: '${vault:db:pw}' }))).settings.get('a')).toBe(
      '${vault:db:pw}',
    )
  })

  it('names the provider, the path and the key of what is missing, and nothing that is beside it', async () => {
    const resolver = new Resolver(new Map([['vault', vault({ user: 'app', other: 's3cr3t' }).provider]]))
    const { issues, settings: left } = await resolver.lookUp(
      settings({
        a: '${vault:db:user}',
        b: '${vault:db:pw}',
        c: '${vault:down:pw}',
        d: '${vault:forbidden:pw}',
      }),
    )
    expect(issues).toEqual([
      { field: 'b', message: 'refers to ${vault:db:pw}, but the provider vault has no "pw" in db' },
      {
        field: 'c',
        message:
          'refers to ${vault:down:pw}, but the provider vault could not look it up: connect ECONNREFUSED',
        mayPass: true,
      },
      {
        field: 'd',
        message: 'refers to ${vault:forbidden:pw}, but the provider vault could not look it up: no',
        mayPass: false,
      },
    ])
    expect(left.get('b')).toBe('${vault:db:pw}')
    expect(JSON.stringify(issues)).not.toMatch(/s3cr3t|app/)
  })

  it('tells when the first value’s time is over', async () => {
    const resolver = new Resolver(
      new Map([
        ['a', vault({ x: '1' }, 5000).provider],
        ['b', vault({ x: '1' }, 3000).provider],
        ['c', vault({ x: '1' }).provider],
      ]),
    )
    expect((await resolver.lookUp(settings({ a: '${a:x}', b: '${b:x}', c: '${c:x}' }))).ttlMs).toBe(3000)
    expect(await resolver.lookUp(settings({ c: '${c:x}' }))).not.toHaveProperty('ttlMs')
  })

  it('asks once for tasks that start together', async () => {
    const { provider, asked } = vault({ x: '1' })
    const resolver = new Resolver(new Map([['v', provider]]))
    await Promise.all([1, 2, 3].map(() => resolver.lookUp(settings({ a: '${v:x}' }))))
    expect(asked).toHaveLength(1)
  })

  it('asks anew for whoever asks later: the value may have changed', async () => {
    const all = { x: 'old' }
    const resolver = new Resolver(new Map([['v', vault(all).provider]]))
    await resolver.lookUp(settings({ a: '${v:x}' }))
    all.x = 'new'
    expect((await resolver.lookUp(settings({ a: '${v:x}' }))).settings.get('a')).toBe('new')
  })

  it('asks again after a failure', async () => {
    const { provider, asked } = vault({})
    const resolver = new Resolver(new Map([['v', provider]]))
    await resolver.lookUp(settings({ a: '${v:down:x}' }))
    await resolver.lookUp(settings({ a: '${v:down:x}' }))
    expect(asked).toHaveLength(2)
  })
})
