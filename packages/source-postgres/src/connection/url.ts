/** Where and how to connect, whichever kind of URL said so. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

export interface ParsedUrl {
  /** Tried in order. */
  readonly servers: readonly ServerAddress[]
  readonly database: string | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  /** The parameters after the question mark, by the names that were used. */
  readonly params: ReadonlyMap<string, string>
}

const DEFAULT_PORT = 5432

/**
 * Reads `jdbc:postgresql://host:port,host2:port2/database?name=value`, its short forms `jdbc:postgresql:database` and `jdbc:postgresql:/`,
 * and `postgres://user:password@host:port/database`. Throws an Error whose message follows "connection.url".
 * Source: the PostgreSQL JDBC driver's "Connecting to the Database"; libpq's "Connection URIs".
 */
export function parseUrl(url: string): ParsedUrl {
  const [, scheme, rest] = /^(jdbc:postgresql|postgres(?:ql)?):(.*)$/s.exec(url.trim()) ?? []
  if (scheme === undefined || rest === undefined) {
    throw new Error(
      'must begin with jdbc:postgresql: or postgres://; other databases than PostgreSQL are not read by this connector',
    )
  }
  const question = rest.indexOf('?')
  const path = question === -1 ? rest : rest.slice(0, question)
  const params = parseParams(question === -1 ? '' : rest.slice(question + 1))
  if (!path.startsWith('//')) {
    const database = decoded(path.replace(/^\//, ''))
    return {
      servers: [{ host: 'localhost', port: DEFAULT_PORT }],
      ...login(undefined, params),
      database: database || undefined,
      params,
    }
  }
  const slash = path.indexOf('/', 2)
  const authority = slash === -1 ? path.slice(2) : path.slice(2, slash)
  const at = authority.lastIndexOf('@')
  const database = slash === -1 ? '' : decoded(path.slice(slash + 1))
  return {
    servers: parseServers(authority.slice(at + 1)),
    ...login(at === -1 ? undefined : authority.slice(0, at), params),
    database: database || params.get('dbname') || undefined,
    params,
  }
}

function login(
  userInfo: string | undefined,
  params: ReadonlyMap<string, string>,
): { user: string | undefined; password: string | undefined } {
  const colon = userInfo?.indexOf(':') ?? -1
  const user = colon === -1 ? userInfo : userInfo?.slice(0, colon)
  const password = colon === -1 ? undefined : userInfo?.slice(colon + 1)
  return {
    user: (user === undefined ? undefined : decoded(user)) || params.get('user'),
    password: password === undefined ? params.get('password') : decoded(password),
  }
}

function parseServers(hosts: string): ServerAddress[] {
  return hosts.split(',').map((text) => {
    const match = /^(\[[^\]]+\]|[^:]*)(?::(\d*))?$/.exec(text.trim())
    if (match === null) {
      const host = text.trim().replace(/:.*/s, '')
      // what follows may be the beginning of a password
      throw new Error(
        `has a server "${host}" that is not of the form host:port; in a login, / is written %2F and ? is %3F`,
      )
    }
    const port = match[2] ? Number(match[2]) : DEFAULT_PORT
    if (port < 1 || port > 65535) throw new Error(`has the port ${port}; ports lie between 1 and 65535`)
    return { host: decoded(match[1]!.replace(/^\[|\]$/g, '')) || 'localhost', port }
  })
}

function parseParams(query: string): ReadonlyMap<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      return equals === -1
        ? [decoded(pair), '']
        : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
    }),
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    // the text may be a password
    throw new Error(
      'has a percent sign that is not followed by two hex digits; write %25 for the sign itself',
      {
        cause,
      },
    )
  }
}
