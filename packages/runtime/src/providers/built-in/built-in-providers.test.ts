import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfigProvider } from '@sluice/template'
import { createRegistry } from '../../plugins/registry.ts'
import { builtInPlugins } from '../../plugins/built-in.ts'
import { openProviders } from '../open-providers.ts'

const registry = createRegistry(builtInPlugins)
const jvm = (name: string): string => `org.apache.kafka.common.config.provider.${name}ConfigProvider`
const call = { signal: AbortSignal.timeout(30_000) }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-providers-'))
  await mkdir(join(folder, 'inside/..data'), { recursive: true })
  await mkdir(join(folder, 'inside-not'))
  await writeFile(join(folder, 'inside/db.properties'), 'user = app\npassword: p=w\\u00fc\n')
  await writeFile(join(folder, 'outside.properties'), 'password=out\n')
  await writeFile(join(folder, 'inside-not/a.properties'), 'password=out\n')
  await writeFile(join(folder, 'inside/..data/token'), 'tok\n')
  // as Kubernetes mounts a secret
  await symlink('..data/token', join(folder, 'inside/token'))
  await symlink(join(folder, 'outside.properties'), join(folder, 'inside/way-out'))
  process.env['SLUICE_TEST_PASSWORD'] = 'from-env'
  process.env['SLUICE_OTHER'] = 'other'
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  delete process.env['SLUICE_TEST_PASSWORD']
  delete process.env['SLUICE_OTHER']
})

async function provider(params: Readonly<Record<string, string>>): Promise<ConfigProvider> {
  const { providers } = await openProviders(settingsOf(params), registry)
  return providers.get('p')!
}

function settingsOf({ class: name, ...params }: Readonly<Record<string, string>>): Map<string, string> {
  const all = Object.entries(params).map(
    ([key, value]) => [`config.providers.p.param.${key}`, value] as const,
  )
  return new Map([['config.providers', 'p'], ['config.providers.p.class', name!], ...all])
}

async function valueOf(from: ConfigProvider, path: string, key: string): Promise<string | undefined> {
  return (await from.get(path, [key], call)).values.get(key)
}

describe.each(['file', jvm('File'), 'FileConfigProvider'])('the provider %s', (name) => {
  it('looks up keys of a properties file, and no others', async () => {
    const files = await provider({ class: name, 'allowed.paths': join(folder, 'inside') })
    const { values } = await files.get(join(folder, 'inside/db.properties'), ['password', 'nothing'], call)
    expect([...values]).toEqual([['password', 'p=wü']])
  })

  it.each([
    'outside.properties',
    'inside/../outside.properties',
    'inside/way-out',
    'inside-not/a.properties',
    'nowhere',
  ])('reads nothing outside of allowed.paths: %s', async (path) => {
    const files = await provider({ class: name, 'allowed.paths': join(folder, 'inside') })
    const reading = files.get(join(folder, path), ['password'], call)
    await expect(reading).rejects.toThrow(/lies outside of allowed\.paths$/)
  })

  it.each([
    ['inside/none.properties', 'there is no'],
    ['inside', 'is no regular file'],
  ])('says why %s is not read', async (path, reason) => {
    const files = await provider({ class: name, 'allowed.paths': folder })
    await expect(files.get(join(folder, path), ['x'], call)).rejects.toThrow(reason)
  })
})

describe('the provider directory', () => {
  it('looks up the content of files, links of Kubernetes included', async () => {
    const files = await provider({ class: 'directory', 'allowed.paths': folder })
    expect(await valueOf(files, join(folder, 'inside'), 'token')).toBe('tok')
    const asOnTheJvm = await provider({ class: jvm('Directory') })
    expect(await valueOf(asOnTheJvm, join(folder, 'inside'), 'token')).toBe('tok\n')
  })

  it.each(['../outside.properties', '..', 'none', 'a/b', ''])('knows no key %j', async (key) => {
    const files = await provider({ class: 'directory', 'allowed.paths': join(folder, 'inside') })
    expect(await valueOf(files, join(folder, 'inside'), key)).toBeUndefined()
  })

  it('does not follow a link out of allowed.paths', async () => {
    const files = await provider({ class: 'directory', 'allowed.paths': join(folder, 'inside') })
    await expect(valueOf(files, join(folder, 'inside'), 'way-out')).rejects.toThrow(
      'outside of allowed.paths',
    )
  })
})

describe('the provider env', () => {
  it('looks up variables whose whole name the pattern matches', async () => {
    const env = await provider({ class: 'env', 'allowlist.pattern': 'SLUICE_TEST_.*' })
    expect(await valueOf(env, '', 'SLUICE_TEST_PASSWORD')).toBe('from-env')
    expect(await valueOf(env, '', 'SLUICE_TEST_NONE')).toBeUndefined()
    await expect(valueOf(env, '', 'SLUICE_OTHER')).rejects.toThrow(
      "allowlist.pattern doesn't allow SLUICE_OTHER",
    )
    await expect(valueOf(env, 'path', 'SLUICE_TEST_PASSWORD')).rejects.toThrow('have no path')
  })

  it('matches within a name as the JVM does, under its class name', async () => {
    const env = await provider({ class: jvm('EnvVar'), 'allowlist.pattern': 'OTHER|NONE' })
    expect(await valueOf(env, '', 'SLUICE_OTHER')).toBe('other')
    await expect(valueOf(env, '', 'SLUICE_TEST_PASSWORD')).rejects.toThrow("doesn't allow")
  })
})

describe('config.providers', () => {
  it.each(['env', 'file', 'directory'])('wants an allow-list for %s', async (name) => {
    await expect(openProviders(settingsOf({ class: name }), registry)).rejects.toThrow('is required')
  })

  it.each(['EnvVar', 'File', 'Directory'])('warns where the JVM’s %s has none', async (name) => {
    const { warnings } = await openProviders(settingsOf({ class: jvm(name) }), registry)
    expect(warnings).toEqual([expect.stringMatching(/^config\.providers\.p\.param\.\S+ is not set: whoever/)])
  })

  it('finds a provider by its own name where no class is given', async () => {
    const settings = new Map([
      ['config.providers', 'env'],
      ['config.providers.env.param.allowlist.pattern', 'A'],
    ])
    expect([...(await openProviders(settings, registry)).providers.keys()]).toEqual(['env'])
  })

  it('names every issue at once', async () => {
    const settings = new Map([
      ['config.providers', 'vault, env, file'],
      ['config.providers.env.param.allowlist.pattern', '('],
      ['config.providers.file.param.allowed.paths', '/run/secrets'],
      ['config.providers.file.param.alowed.paths', '/run/secrets'],
    ])
    await expect(openProviders(settings, registry)).rejects.toMatchObject({
      issues: [
        {
          field: 'config.providers.vault.class',
          message: expect.stringContaining('There is no config-provider "vault"'),
        },
        { field: 'config.providers.env.param.allowlist.pattern' },
      ],
    })
  })

  it('warns about parameters that do nothing', async () => {
    const settings = settingsOf({ class: 'file', 'allowed.paths': '/run', 'allowed.path': '/etc' })
    settings.set('config.providers.q.param.a', 'b')
    expect((await openProviders(settings, registry)).warnings).toEqual([
      'config.providers.p.param.allowed.path is no parameter of file; is it spelled right?',
      'config.providers.q.param.a does nothing: config.providers does not name that provider.',
    ])
  })
})
