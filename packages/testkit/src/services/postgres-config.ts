export interface PostgresLayout {
  readonly port: number
  readonly dataDir: string
  readonly socketDir: string
  readonly settings: Readonly<Record<string, string>>
}

/** The command line of `postgres`; settings of the user win. */
export function postgresArguments({ port, dataDir, socketDir, settings }: PostgresLayout): readonly string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: socketFits(socketDir, port) ? socketDir : '',
    wal_level: 'logical',
    max_wal_senders: '10',
    max_replication_slots: '10',
    max_prepared_transactions: '20',
    max_connections: '200',
    shared_buffers: '64MB',
    ...settings,
  }
  return ['-D', dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** The name of a Unix socket has room for about a hundred bytes; without one the server still listens on TCP. */
function socketFits(socketDir: string, port: number): boolean {
  return Buffer.byteLength(`${socketDir}/.s.PGSQL.${port}`) < 100
}
