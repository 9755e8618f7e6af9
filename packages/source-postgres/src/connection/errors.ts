import { RetriableError } from '@sluice/template'

/** SQLSTATE classes and codes that say "not now": connection lost, resources, shutdown, serialisation, lock and query timeouts. */
const RETRIABLE = /^(08|53|57P0|40001|40P01|55P03|57014|58030|25P03|25006|0A000_replan)/

/** Codes after which the table is described anew: a column or table went or changed while it was read. */
const SCHEMA_CHANGED = new Set(['42703', '42P01', '42804', '42883', '0A000'])

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

export function isSchemaChange(error: unknown): boolean {
  return SCHEMA_CHANGED.has(sqlState(error) ?? '')
}

/** Is the server unreachable or unable for now, rather than unwilling? Errors without an SQLSTATE are those of the socket. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error)
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) return RETRIABLE.test(code)
  const message = error instanceof Error ? error.message : ''
  return code !== undefined || /connection|timeout|socket|terminated/i.test(message)
}

/** The error to throw for a failed statement: says what was being done, and what to do where that is known. */
export function readError(doing: string, error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const message = `Failed to ${doing}: ${cause.message}.${adviceFor(sqlState(error))}`
  return isTransient(error) ? new RetriableError(message, { cause }) : new Error(message, { cause })
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
    default:
      return ''
  }
}
