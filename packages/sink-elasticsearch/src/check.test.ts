import { configOf } from '@sluice/testkit'
import { settingIssues } from './check.ts'
import { elasticsearchSink } from './definitions.ts'

function issues(settings: Record<string, string>, dataStreamIdsByPosition = true) {
  return settingIssues(
    configOf(elasticsearchSink.config, { 'connection.url': 'https://es:9200', ...settings }),
    { oneFieldKeys: true, dataStreamIdsByPosition },
  ).map(({ field, message }) => `${field} ${message}`)
}

describe('settingIssues', () => {
  it('finds nothing wrong with an address alone', () => {
    expect(issues({})).toEqual([])
  })

  it('finds everything that is wrong, not just the first', () => {
    expect(
      issues({
        'connection.url': 'es:9200, http://ok',
        'connection.username': 'u',
        'kerberos.user.principal': 'p',
        'data.stream.type': 'logs',
        'write.method': 'upsert',
      }),
    ).toHaveLength(5)
  })

  it('shows how to convert a Java key store', () => {
    expect(issues({ 'elastic.https.ssl.truststore.location': '/etc/trust.jks' })[0]).toMatch(
      /keytool -importkeystore -srckeystore \/etc\/trust\.jks .* openssl pkcs12/,
    )
    const pkcs12 = {
      'elastic.https.ssl.keystore.location': '/k.p12',
      'elastic.https.ssl.keystore.type': 'PKCS12',
    }
    expect(issues(pkcs12)[0]).toMatch(/openssl pkcs12 -in \/k\.p12/)
  })

  it('takes key stores in PEM', () => {
    expect(
      issues({
        'elastic.https.ssl.truststore.location': '/etc/ca.pem',
        'elastic.https.ssl.keystore.location': '/etc/client',
        'elastic.https.ssl.keystore.type': 'PEM',
      }),
    ).toEqual([])
  })

  it.each([
    [{ 'connection.username': 'u' }, 'go together'],
    [{ 'connection.api.key': 'k', 'connection.username': 'u', 'connection.password': 'p' }, 'excludes'],
    [{ 'data.stream.type': 'logs' }, 'is required where data.stream.type is set'],
    [{ 'external.resource.usage': 'INDEX' }, 'set both or neither'],
    [
      {
        'external.resource.usage': 'INDEX',
        'topic.to.external.resource.mapping': 'a:b,c:d',
        'max.external.resource.mappings': '1',
      },
      'has 2 topics',
    ],
    [{ 'proxy.username': 'u' }, 'without proxy.host'],
    [{ 'elastic.https.ssl.something': 'u' }, 'ssl.something is no setting of TLS'],
  ])('refuses %p', (settings, text) => {
    expect(issues(settings).join()).toContain(text)
  })

  it('refuses topics of one resource where documents of the same key would be lost', () => {
    const mapped = {
      'external.resource.usage': 'INDEX',
      'topic.to.external.resource.mapping': 'a:all,b:all,c:own',
    }
    expect(issues(mapped)).toEqual([
      expect.stringMatching(/^topicToExternalResourceMapping maps a and b to all, .*external\.version=none/),
    ])
    expect(issues({ ...mapped, 'external.version': 'none' })).toEqual([])
    expect(issues({ ...mapped, 'topic.key.ignore': 'b' })).toEqual([])
    const streams = { ...mapped, 'external.resource.usage': 'DATASTREAM' }
    expect(issues(streams)).toEqual([])
    expect(issues(streams, false).join()).toContain('Set key.ignore=true')
  })
})
