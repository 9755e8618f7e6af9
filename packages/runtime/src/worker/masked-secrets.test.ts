import { secret, string } from '@sluice/template'
import { restoreSecrets } from './masked-secrets.ts'

const known = {
  fields: { connectionPassword: secret({ doc: 'Password.' }), target: string({ doc: 'Whom to reach.' }) },
  settings: new Map([
    ['connector.class', 'tables'],
    ['connection.password', 'hush'],
    ['connection.url', 'jdbc:postgresql://app:quiet@db/shop'],
    ['target', 'db:5432'],
    ['tables', 'a'],
  ]),
}
const shown = {
  'connector.class': 'tables',
  'connection.password': '********',
  'connection.url': 'jdbc:postgresql://app:********@db/shop',
  target: 'db:5432',
  tables: 'a',
}

function restored(changes: Readonly<Record<string, string>>) {
  return restoreSecrets(new Map(Object.entries({ ...shown, ...changes })), known)
}

describe('settings that are put back masked', () => {
  it('keep their secrets', () => {
    expect(restored({})).toEqual({ settings: known.settings, issues: [] })
  })

  it('keep them where something changes that has nothing to do with whom they are sent to', () => {
    const { settings, issues } = restored({ tables: 'a,b', 'batch.size': '7' })
    expect(settings.get('connection.password')).toBe('hush')
    expect(issues).toEqual([])
  })

  it.each([
    ['target', 'evil.example:5432'],
    ['connector.class', 'another'],
    ['proxy.host', 'evil.example'],
    ['proxyHost', 'evil.example'],
    ['ssl.endpoint.identification.algorithm', ''],
    ['security.protocol', 'PLAINTEXT'],
    ['producer.override.bootstrap.servers', 'evil.example:9092'],
    ['whither', 'https://evil.example'],
  ])('are refused where %s changes, which may decide that', (key, value) => {
    const { issues } = restored({ [key]: value })
    expect(issues.map(({ field }) => field)).toEqual(['connection.password', 'connection.url'])
    expect(issues[0]?.message).toContain(`give the secret again, because ${key} changed`)
  })

  it('are refused where a setting that decides it is taken away', () => {
    const { target: _, ...rest } = shown
    const { issues } = restoreSecrets(new Map(Object.entries(rest)), known)
    expect(issues.map(({ field }) => field)).toEqual(['connection.password', 'connection.url'])
  })

  it('are accepted with the secrets given anew', () => {
    const changes = {
      'connection.password': 'new',
      'connection.url': 'jdbc:postgresql://app:new@other/shop',
    }
    const { settings, issues } = restored(changes)
    expect(issues).toEqual([])
    expect(settings.get('connection.url')).toBe(changes['connection.url'])
  })

  it('are refused where the masked text itself was edited', () => {
    const { issues } = restored({
      'connection.password': 'new',
      'connection.url': 'jdbc:postgresql://app:********@evil.example/shop',
    })
    expect(issues).toEqual([
      {
        field: 'connection.url',
        message: 'has ******** in place of a secret that is known for the old value only: give it again',
      },
    ])
  })

  it('are refused where nothing is known', () => {
    const { issues } = restoreSecrets(new Map(Object.entries(shown)), undefined)
    expect(issues.map(({ field }) => field)).toEqual(['connection.password', 'connection.url'])
    expect(issues[0]?.message).toContain('give the secret itself')
  })
})
