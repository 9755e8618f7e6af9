import { randomUUID } from 'node:crypto'

export const serverUrl = process.env['SLUICE_ELASTICSEARCH_URL'] ?? 'http://127.0.0.1:19200'

const made: string[] = []

/** The name of a topic that no other test uses; its index is deleted after the file's tests. */
export function newName(start: string): string {
  const name = `${start}-${randomUUID().slice(0, 8)}`
  made.push(name)
  return name
}

afterAll(async () => {
  for (const name of made) await request('DELETE', `/${name}?ignore_unavailable=true`)
})

export async function request(
  method: string,
  path: string,
  body?: object,
  url = serverUrl,
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return response.json()
}

export interface Found {
  readonly _id: string
  readonly _version: number
  readonly _source: Record<string, unknown>
}

export async function getDocument(index: string, id: string, url = serverUrl): Promise<Found> {
  return (await request('GET', `/${index}/_doc/${encodeURIComponent(id)}`, undefined, url)) as Found
}

/** Every document of an index, up to 10,000. */
export async function search(index: string, url = serverUrl): Promise<Found[]> {
  await request('POST', `/${index}/_refresh`, undefined, url)
  const query = { size: 10_000, version: true, query: { match_all: {} } }
  const answer = (await request('POST', `/${index}/_search`, query, url)) as { hits: { hits: Found[] } }
  return answer.hits.hits
}
