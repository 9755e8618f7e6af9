import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { configOf } from '@sluice/testkit'
import { type ElasticsearchServer, ownFolder, startElasticsearch } from '@sluice/testkit/services'
import { elasticsearchSink } from './definitions.ts'
import { type Certificates, makeCertificates } from './testing/certificates.ts'
import { openHarness, record } from './testing/harness.ts'
import { startProxy } from './testing/proxy.ts'

jest.setTimeout(60_000)

describe('TLS to an Elasticsearch that asks for certificates', () => {
  let node: ElasticsearchServer
  let ours: Certificates
  let strange: Certificates

  beforeAll(async () => {
    const dir = ownFolder('elasticsearch-tls')
    ours = await makeCertificates(join(dir, 'ours'))
    strange = await makeCertificates(join(dir, 'strange'))
    node = await startElasticsearch({
      dir,
      users: [{ name: 'ann', password: 'right', role: 'superuser' }],
      tls: ours,
      settings: { 'xpack.security.http.ssl.client_authentication': 'required' },
    })
  }, 240_000)

  afterAll(() => node.kill())

  const login = () => ({
    'connection.url': node.url,
    'connection.username': 'ann',
    'connection.password': 'right',
    'elastic.security.protocol': 'SSL',
  })
  const trusting = ({ authority }: Certificates) => ({
    'elastic.https.ssl.truststore.type': 'PEM',
    'elastic.https.ssl.truststore.location': authority,
  })
  const showing = ({ certificate, key }: Certificates) => ({
    'elastic.https.ssl.keystore.type': 'PEM',
    'elastic.https.ssl.keystore.certificate.chain': readFileSync(certificate, 'utf8'),
    'elastic.https.ssl.keystore.key': readFileSync(key, 'utf8'),
  })

  async function whatIsWrong(settings: Readonly<Record<string, string>>): Promise<string> {
    const issues = await elasticsearchSink.check!(configOf(elasticsearchSink.config, settings), {
      signal: AbortSignal.timeout(30_000),
    })
    return issues.map(({ field, message }) => `${field} ${message}`).join('; ')
  }

  it('is spoken with an authority and a certificate of one’s own', async () => {
    const settings = { ...login(), ...trusting(ours), ...showing(ours) }
    expect(await whatIsWrong(settings)).toBe('')
    const harness = await openHarness(settings)
    expect(await harness.write([record('tls', 0)])).toMatchObject([{ offset: 1n }])
  })

  it('takes the authority as text, too', async () => {
    const { authority } = ours
    const inline = { 'elastic.https.ssl.truststore.certificates': readFileSync(authority, 'utf8') }
    expect(await whatIsWrong({ ...login(), ...inline, ...showing(ours) })).toBe('')
  })

  it('is not spoken with a server that nobody vouches for', async () => {
    const refusal = /connectionUrl leads to no Elasticsearch: .*(self-signed|unable to)/
    expect(await whatIsWrong(login())).toMatch(refusal)
    expect(await whatIsWrong({ ...login(), ...trusting(strange), ...showing(ours) })).toMatch(
      /connectionUrl leads to no Elasticsearch/,
    )
  })

  it('is refused by the server without a certificate that it trusts', async () => {
    expect(await whatIsWrong({ ...login(), ...trusting(ours) })).toContain('leads to no Elasticsearch')
    const shown = { ...login(), ...trusting(ours), ...showing(strange) }
    expect(await whatIsWrong(shown)).toContain('leads to no Elasticsearch')
  })

  it('asks for the server’s name unless that is switched off', async () => {
    const named = { ...login(), ...trusting(ours), ...showing(ours) }
    const byName = { ...named, 'connection.url': node.url.replace('127.0.0.1', 'localhost') }
    expect(await whatIsWrong(byName)).toContain("does not match certificate's altnames")
    const unchecked = { ...byName, 'elastic.https.ssl.endpoint.identification.algorithm': '' }
    expect(await whatIsWrong(unchecked)).toBe('')
  })

  it('is spoken through a proxy', async () => {
    const { proxy, port } = await startProxy()
    try {
      const through = { 'proxy.host': '127.0.0.1', 'proxy.port': String(port) }
      const harness = await openHarness({ ...login(), ...trusting(ours), ...showing(ours), ...through })
      expect(await harness.write([record('tls-proxy', 0)])).toMatchObject([{ offset: 1n }])
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  })
})
