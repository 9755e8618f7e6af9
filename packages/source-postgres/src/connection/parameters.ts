/** Parameters of the URL, or under `connection.`, that have an effect here. */
const EFFECTIVE = new Set([
  'user',
  'password',
  'dbname',
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'currentSchema',
  'ApplicationName',
  'application_name',
  'connectTimeout',
  'connect_timeout',
  'targetServerType',
  'target_session_attrs',
  'options',
])

/** Parameters of the JDBC driver that tune what isn't there to be tuned: what is delivered doesn't depend on them. */
const WITHOUT_EFFECT = new Set([
  'defaultRowFetchSize',
  'prepareThreshold',
  'preparedStatementCacheQueries',
  'preparedStatementCacheSizeMiB',
  'binaryTransfer',
  'reWriteBatchedInserts',
  'tcpKeepAlive',
  'tcpNoDelay',
  'readOnly',
  'readOnlyMode',
  'loginTimeout',
  'socketTimeout',
  'adaptiveFetch',
  'stringtype',
  'autosave',
  'logUnclosedConnections',
  'assumeMinServerVersion',
])

/** Is the parameter honoured, or without any influence on what is read? */
export function isKnownParameter(name: string): boolean {
  return EFFECTIVE.has(name) || WITHOUT_EFFECT.has(name)
}
