import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWorkerConfig } from '../config/worker-config.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { BadRequestLog } from './bad-request-log.ts'
import { restScene } from './testing/rest-scene.ts'
import { readUsers } from './users.ts'

const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})

describe('a login', () => {
  it('is asked of everyone, and says nothing else', async () => {
    const users = new Map([['ada', 'pass:wörd']])
    await using scene = await restScene({ plugins: [] }, { users })
    for (const path of ['/', '/connectors', '/admin/loggers', '/health', '/metrics', '/none']) {
      const answer = await scene.call('GET', path)
      expect(answer).toMatchObject({
        status: 401,
        body: { error_code: 401, message: 'User cannot access the resource.' },
        headers: { 'www-authenticate': expect.stringContaining('Basic') },
      })
    }
    const wrong = ['ada:', 'ada:no', 'bob:pass:wörd', ':pass:wörd', 'ada', '', 'toString:x', '__proto__:']
    for (const text of wrong) {
      expect(await scene.call('GET', '/', undefined, basic(text))).toMatchObject({ status: 401 })
    }
    expect(await scene.call('GET', '/', undefined, { authorization: 'Bearer x' })).toMatchObject({
      status: 401,
    })
    expect(await scene.call('GET', '/', undefined, basic('ada:pass:wörd'))).toMatchObject({ status: 200 })
  })

  describe('by the settings', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-rest-'))
    })
    afterAll(() => rm(folder, { recursive: true }))

    const extension = 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension'
    const module = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule'
    const users = async (settings: Record<string, string>, environment: Record<string, string> = {}) => {
      const all = { 'bootstrap.servers': 'x:1', ...settings }
      const { config } = readWorkerConfig(new Map(Object.entries(all)))
      const found = await readUsers(config, environment)
      return found && Object.fromEntries(found)
    }
    const file = async (name: string, text: string): Promise<string> => {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    }

    it('is by a file as in Kafka Connect, and by settings of ours', async () => {
      expect(await users({})).toBeUndefined()
      expect(await users({ 'rest.basic.auth.user.ada': 'x' })).toEqual({ ada: 'x' })
      const credentials = await file('users.properties', 'ada=one\nbob=two words\n')
      const entry = `KafkaConnect {\n  ${module} required\n  file="${credentials}";\n};\n`
      const jaas = await file(
        'jaas.conf',
        `// KafkaConnect { none; };\nClient { some.Module required; };\n${entry}`,
      )
      const settings = { 'rest.extension.classes': extension, 'java.security.auth.login.config': jaas }
      expect(await users(settings)).toEqual({ ada: 'one', bob: 'two words' })
      const options = { KAFKA_OPTS: `-Xmx1g -Djava.security.auth.login.config=${jaas}` }
      const short = { 'rest.extension.classes': 'BasicAuthSecurityRestExtension' }
      expect(await users(short, options)).toEqual({ ada: 'one', bob: 'two words' })
      expect(await users({ ...settings, 'rest.basic.auth.user.ada': 'x' })).toMatchObject({ ada: 'x' })
    })

    it('is refused where it would let in everyone', async () => {
      const given = (jaas: string) =>
        users({ 'rest.extension.classes': extension, 'java.security.auth.login.config': jaas })
      await expect(users({ 'rest.extension.classes': extension })).rejects.toThrow(
        'nothing says who may log in',
      )
      await expect(given(join(folder, 'none'))).rejects.toThrow("can't be read")
      await expect(given(await file('a', 'Other {};'))).rejects.toThrow('has no entry KafkaConnect')
      await expect(given(await file('b', 'KafkaConnect { x.Y required; };'))).rejects.toThrow(
        'the login module x.Y',
      )
      await expect(given(await file('c', `KafkaConnect { ${module} required; };`))).rejects.toThrow(
        'no file of users',
      )
      const empty = await file('empty', '# nobody\n')
      const jaas = await file('d', `KafkaConnect { ${module} required file="${empty}"; };`)
      await expect(given(jaas)).rejects.toThrow('nobody could log in')
      await expect(users({ 'rest.extension.classes': 'org.example.Login' })).rejects.toThrow(
        'has org.example.Login',
      )
    })

    it('opens REST to other machines', async () => {
      await expect(users({ listeners: 'http://0.0.0.0:8083' })).rejects.toThrow('REST has no login')
      expect(await users({ listeners: 'http://0.0.0.0:8083', 'rest.basic.auth.user.ada': 'x' })).toEqual({
        ada: 'x',
      })
    })
  })
})

describe('pages of other origins', () => {
  it('are let in as access.control.* say', async () => {
    const settings = {
      'access.control.allow.origin': 'https://*.example.com, http://ui:3000',
      'access.control.allow.methods': 'GET,PUT',
    }
    await using scene = await restScene({ plugins: [], settings })
    const origin = 'https://ui.example.com'
    expect(await scene.call('GET', '/connectors', undefined, { origin })).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': origin, vary: 'Origin' },
    })
    const asked = { origin, 'access-control-request-method': 'PUT' }
    expect(await scene.call('OPTIONS', '/connectors/a/pause', undefined, asked)).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET,PUT' },
    })
    for (const stranger of [
      'https://example.org',
      'http://ui.example.com',
      'http://ui:3000.evil.org',
      'null',
    ]) {
      const answer = await scene.call('GET', '/connectors', undefined, { origin: stranger })
      expect(answer).toMatchObject({ status: 403 })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('are all let in by *, before a login', async () => {
    const settings = { 'access.control.allow.origin': '*' }
    await using scene = await restScene({ plugins: [], settings }, { users: new Map([['a', 'b']]) })
    const asked = { origin: 'https://anyone.org', 'access-control-request-method': 'GET' }
    expect(await scene.call('OPTIONS', '/connectors', undefined, asked)).toMatchObject({ status: 200 })
    expect(await scene.call('GET', '/connectors', undefined, asked)).toMatchObject({ status: 401 })
    expect(await scene.call('GET', '/connectors', undefined, { ...asked, ...basic('a:b') })).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': 'https://anyone.org' },
    })
  })
})

describe('headers of answers', () => {
  it('are as response.http.headers.config says, of failures too', async () => {
    const settings = {
      'response.http.headers.config': 'set X-Frame-Options: DENY, "add Cache-Control: a, b"',
    }
    await using scene = await restScene({ plugins: [], settings })
    for (const path of ['/connectors', '/none', '/connectors/none']) {
      const { headers } = await scene.call('GET', path)
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'a, b' })
    }
    await expect(
      restScene({ plugins: [], settings: { 'response.http.headers.config': 'DENY' } }),
    ).rejects.toThrow('response.http.headers.config has "DENY"')
  })
})

describe('the log', () => {
  it('tells of bad requests once in a while', () => {
    const lines: object[] = []
    let now = 0
    const log = new BadRequestLog({ ...silentLogger, warn: (fields) => void lines.push(fields) }, () => now)
    const bad = { status: 400, method: 'PUT', url: '/connectors/a/config?secret=x' }
    log.take({ ...bad, status: 404 })
    for (let i = 0; i < 100; i++) log.take(bad)
    now += 60_000
    log.take({ ...bad, status: 401 })
    expect(lines).toEqual([
      { status: 400, method: 'PUT', path: '/connectors/a/config', others: 0 },
      { status: 401, method: 'PUT', path: '/connectors/a/config', others: 99 },
    ])
  })
})
