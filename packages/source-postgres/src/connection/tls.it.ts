import { chown, copyFile, lstat, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { kindOf } from '@sluice/template'
import { ownFolder, type PostgresServer, sharedServices, startPostgres } from '@sluice/testkit/services'
import { type Authority, authority, type Issued } from '../../test/certificates.ts'
import { type TestDatabase, testDatabase, values } from '../../test/database.ts'

jest.setTimeout(60_000)

describe('TLS', () => {
  let server: PostgresServer
  let db: TestDatabase
  let ours: Authority
  let others: Authority
  let client: Issued

  beforeAll(async () => {
    const folder = ownFolder('certificates')
    ours = await authority(folder, 'ours')
    others = await authority(folder, 'others')
    client = await ours.issue('certified')
    server = await withTls(await startPostgres({ dir: ownFolder('tls') }), {
      certificate: await ours.issue('localhost'),
      authority: ours,
    })
    db = await testDatabase(server.url)
    await db.client.query(`CREATE TABLE t (id bigserial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('x');
      CREATE ROLE encrypted LOGIN PASSWORD 'secret'; CREATE ROLE plain LOGIN PASSWORD 'secret'; CREATE ROLE certified LOGIN;
      GRANT SELECT ON t TO encrypted, plain, certified`)
  }, 180_000)

  afterAll(async () => {
    await db?.dispose()
    await server?.stop()
  })

  /** Reads the table by a URL, and tells how. */
  async function read(
    url: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<'encrypted' | 'plain'> {
    const reader = await db.read({
      mode: 'incrementing',
      'table.whitelist': 't',
      'connection.url': url,
      'connection.attempts': '1',
      ...settings,
    })
    try {
      expect(values(await reader.take(1))).toEqual(['x'])
      const { rows } = await db.client.query<{ ssl: boolean }>(`SELECT s.ssl FROM pg_stat_ssl s
        JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'sluice test-0' AND a.datname = current_database()`)
      expect(rows).toHaveLength(1)
      return rows[0]!.ssl ? 'encrypted' : 'plain'
    } finally {
      await reader.close()
    }
  }

  const postgres = (user: string, params: string, host = 'localhost') =>
    `postgres://${user}:secret@${host}:${server.port}/${db.name}${params}`
  const jdbc = (user: string, params: string, host = 'localhost') =>
    `jdbc:postgresql://${host}:${server.port}/${db.name}?user=${user}&password=secret${params}`
  const file = (path: string) => encodeURIComponent(path)

  it.each([
    ['disable', 'plain', 'plain'],
    ['allow', 'plain', 'plain'],
    ['allow', 'encrypted', 'encrypted'],
    ['prefer', 'encrypted', 'encrypted'],
    ['prefer', 'plain', 'plain'],
    ['require', 'encrypted', 'encrypted'],
  ])('sslmode=%s with a server that wants %s gives a connection that is %s', async (mode, user, how) => {
    expect(await read(postgres(user, `?sslmode=${mode}`))).toBe(how)
    expect(await read(jdbc(user, `&sslmode=${mode}`))).toBe(how)
    expect(await read(postgres(user, ''), { 'connection.sslmode': mode })).toBe(how)
  })

  it('is preferred where nothing is said', async () => {
    expect(await read(postgres('encrypted', ''))).toBe('encrypted')
  })

  it.each(['verify-ca', 'verify-full'])(
    'sslmode=%s takes a server that the authority vouches for',
    async (mode) => {
      const trusted = file(ours.certificate)
      expect(await read(postgres('encrypted', `?sslmode=${mode}&sslrootcert=${trusted}`))).toBe('encrypted')
      expect(await read(jdbc('encrypted', `&ssl=true&sslmode=${mode}&sslrootcert=${trusted}`))).toBe(
        'encrypted',
      )
      const settings = { 'connection.sslmode': mode, 'connection.sslrootcert': ours.certificate }
      expect(await read(postgres('encrypted', ''), settings)).toBe('encrypted')
    },
  )

  it('ssl=true is verify-full, as with the JDBC driver', async () => {
    expect(await read(jdbc('encrypted', `&ssl=true&sslrootcert=${file(ours.certificate)}`))).toBe('encrypted')
    const address = jdbc('encrypted', `&ssl=true&sslrootcert=${file(ours.certificate)}`, '127.0.0.1')
    await expect(read(address)).rejects.toThrow(/does not match certificate.*sslmode=verify-ca/s)
  })

  it('sslmode=verify-ca does not ask for the name of the host, verify-full does', async () => {
    const trusted = `&sslrootcert=${file(ours.certificate)}`
    expect(await read(postgres('encrypted', `?sslmode=verify-ca${trusted}`, '127.0.0.1'))).toBe('encrypted')
    const full = postgres('encrypted', `?sslmode=verify-full${trusted}`, '127.0.0.1')
    await expect(read(full)).rejects.toThrow(/does not match certificate/)
  })

  it.each(['require', 'verify-ca', 'verify-full'])(
    'sslmode=%s refuses a server that a given authority does not vouch for',
    async (mode) => {
      const failure = await read(
        postgres('encrypted', `?sslmode=${mode}&sslrootcert=${file(others.certificate)}`),
      ).catch((error: unknown) => error)
      expect(String(failure)).toMatch(/Failed to connect to localhost:\d+.*certificate.*Set sslrootcert/s)
      // waiting doesn't make it trusted
      expect(kindOf(failure)).toBe('fatal')
    },
  )

  it.each(['verify-ca', 'verify-full'])(
    'sslmode=%s without an authority trusts those of the system alone',
    async (mode) => {
      await expect(read(postgres('encrypted', `?sslmode=${mode}`))).rejects.toThrow(/certificate/)
    },
  )

  it.each(['disable', 'require'])('sslmode=%s never does the other', async (mode) => {
    const user = mode === 'disable' ? 'encrypted' : 'plain'
    await expect(read(postgres(user, `?sslmode=${mode}`))).rejects.toThrow(/pg_hba.conf/)
  })

  it('sslmode=require refuses a server that has no TLS', async () => {
    const without = await sharedServices().postgres()
    await expect(read(`${without.url}?sslmode=require`)).rejects.toThrow('does not support SSL')
  })

  it('logs in by a certificate, with its key in PEM or as Java programs have it', async () => {
    const params = `sslmode=verify-full&sslrootcert=${file(ours.certificate)}&sslcert=${file(client.certificate)}`
    expect(await read(postgres('certified', `?${params}&sslkey=${file(client.key)}`))).toBe('encrypted')
    const java = `&ssl=true&${params}&sslkey=${file(client.encryptedKey)}&sslpassword=secret`
    expect(await read(jdbc('certified', java))).toBe('encrypted')
    await expect(read(postgres('certified', `?sslmode=require`))).rejects.toThrow(/certificate/)
  })

  it('names a file that cannot be read, and one that is no key', async () => {
    await expect(read(postgres('encrypted', '?sslmode=verify-ca&sslrootcert=%2Fnone.crt'))).rejects.toThrow(
      /sslrootcert=\/none.crt, which can't be read/,
    )
    const noKey = `?sslcert=${file(client.certificate)}&sslkey=${file(client.certificate)}`
    await expect(read(postgres('encrypted', noKey))).rejects.toThrow(/sslkey that is no private key/)
  })
})

/** Restarts a server with TLS, and with roles that may come encrypted only, plain only, or by a certificate only. */
async function withTls(
  server: PostgresServer,
  tls: { readonly certificate: Issued; readonly authority: Authority },
): Promise<PostgresServer> {
  await server.stop()
  const data = join(server.dir, 'data')
  const files: readonly [string, string][] = [
    [tls.certificate.certificate, 'server.crt'],
    [tls.certificate.key, 'server.key'],
    [tls.authority.certificate, 'root.crt'],
  ]
  const { uid, gid } = await lstat(data)
  for (const [from, name] of files) {
    await copyFile(from, join(data, name))
    await chown(join(data, name), uid, gid)
  }
  const rules = [
    'hostnossl all encrypted all reject',
    'hostssl all plain all reject',
    'hostssl all certified all cert',
  ]
  const hba = join(data, 'pg_hba.conf')
  await writeFile(hba, `${rules.join('\n')}\n${await readFile(hba, 'utf8')}`)
  const settings = {
    ssl: 'on',
    ssl_cert_file: 'server.crt',
    ssl_key_file: 'server.key',
    ssl_ca_file: 'root.crt',
  }
  return startPostgres({ dir: server.dir, settings })
}
