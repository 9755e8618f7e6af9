/** Asks a server beside the sink, for tests to arrange and to look. */
export interface Server {
  request(method: string, path: string, body?: object): Promise<unknown>
  /** Every document of an index or data stream by id, up to 10,000. */
  documents(index: string): Promise<ReadonlyMap<string, Found>>
  count(index: string): Promise<number>
}

export interface Found {
  readonly _id: string
  readonly _version: number
  readonly _source: Readonly<Record<string, unknown>>
}

export function serverAt(url: string): Server {
  const request: Server['request'] = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return response.json()
  }
  return {
    request,
    async documents(index) {
      await request('POST', `/${index}/_refresh`)
      const query = { size: 10_000, version: true, query: { match_all: {} } }
      const answer = (await request('POST', `/${index}/_search`, query)) as { hits: { hits: Found[] } }
      return new Map(answer.hits.hits.map((hit) => [hit._id, hit]))
    },
    async count(index) {
      await request('POST', `/${index}/_refresh`)
      return ((await request('GET', `/${index}/_count`)) as { count: number }).count
    },
  }
}
