import { postgresArguments } from './postgres-config.ts'

const layout = { port: 20_000, dataDir: '/data', socketDir: '/data', settings: {} }

describe('the command line of postgres', () => {
  it('allows logical decoding and prepared transactions', () => {
    const args = postgresArguments(layout)
    expect(args.slice(0, 2)).toEqual(['-D', '/data'])
    expect(args).toEqual(
      expect.arrayContaining(['port=20000', 'wal_level=logical', 'max_prepared_transactions=20']),
    )
  })

  it("gives way to the user's settings", () => {
    const args = postgresArguments({ ...layout, settings: { wal_level: 'replica' } })
    expect(args.filter((arg) => arg.startsWith('wal_level'))).toEqual(['wal_level=replica'])
  })

  it('does without a Unix socket where its name would be too long', () => {
    expect(postgresArguments(layout)).toContain('unix_socket_directories=/data')
    expect(postgresArguments({ ...layout, socketDir: `/${'x'.repeat(100)}` })).toContain(
      'unix_socket_directories=',
    )
  })
})
