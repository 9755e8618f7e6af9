import { kindOf, RetriableError } from '@sluice/template'

/** SQLSTATE classes and codes that say "not now": connection lost, resources, shutdown, serialisation, lock and query timeouts. */
const RETRIABLE = /^(08|53|57P0|40001|40P01|55P03|57014|58030|25P03)/

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** What the client says of a connection that is lost, or never came about: these have no code. */
const LOST =
  /^(Connection terminated|timeout expired|Query read timeout|Client (has encountered|was closed)|There was an error establishing an SSL|the connection)/

/** Is the server unreachable or unable for now, rather than unwilling? Codes that are no SQLSTATE are those of the socket. */
export function isTransient(error: unknown): boolean {
  if (kindOf(error) === 'retriable') return true
  const code = sqlState(error)
  if (code === undefined) return error instanceof Error && LOST.test(error.message)
  return /^E[A-Z]+$/.test(code) || RETRIABLE.test(code)
}

/** The error to throw for a failed statement: says what was being done, and what to do where that is known. */
export function readError(doing: string, error: unknown): Error {
  if (error instanceof Error && isOurs(error)) return error
  // what a realm of its own throws (a test runner's, a vm's) is an error too, and its code must not be lost
  const cause = typeof error === 'object' && error !== null ? (error as Error) : new Error(String(error))
  const message = `Failed to ${doing}: ${cause.message}.${adviceFor(sqlState(error))}`
  return isTransient(error) ? new RetriableError(message, { cause }) : new Error(message, { cause })
}

/** An error that already says everything: ours, not the server's or the socket's. */
function isOurs(error: Error): boolean {
  return kindOf(error) === 'retriable' || (sqlState(error) === undefined && !isTransient(error))
}

function adviceFor(code: string | undefined): string {
  switch (code) {
    case '28P01':
    case '28000':
      return ' Set connection.user and connection.password to a role that may log in, or allow it in pg_hba.conf.'
    case '3D000':
      return ' Name an existing database in connection.url.'
    case '42501':
      return ' Grant the role what it needs: GRANT SELECT ON the table, and GRANT USAGE ON its schema.'
    case '42P01':
      return ' Create the table, or take it out of the settings that name it.'
    case '42703':
      return ' Name columns that exist in incrementing.column.name and timestamp.column.name.'
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return " Set sslrootcert to the file with the certificate of the authority that signed the server's."
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return ' Name the host as the certificate does, or set sslmode=verify-ca.'
    default:
      return ''
  }
}
