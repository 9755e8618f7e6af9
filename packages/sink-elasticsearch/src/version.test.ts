import type { Answer, Ask } from './elasticsearch.ts'
import { serverVersion } from './version.ts'

const answering =
  (answers: Readonly<Record<string, Answer>>): Ask =>
  async ({ path }) =>
    answers[path]!
const { signal } = new AbortController()
const nodes = '/_nodes/_local/http'

describe('the version of the server', () => {
  it('is what it says, or what a node of it says', async () => {
    const root = answering({ '/': { kind: 'ok', body: { version: { number: '9.5.3' } } } })
    expect(await serverVersion(root, signal)).toBe('9.5.3')
    const node = answering({
      '/': { kind: 'ok', body: {} },
      [nodes]: { kind: 'ok', body: { nodes: { a: { version: '8.19.0' } } } },
    })
    expect(await serverVersion(node, signal)).toBe('8.19.0')
  })

  it('is not known where the role may not ask, and not asked for in vain where nobody answers', async () => {
    const refused: Answer = { kind: 'refused', status: 403, errorType: 'security_exception', reason: 'no' }
    expect(await serverVersion(answering({ '/': refused, [nodes]: refused }), signal)).toBeUndefined()
    const error = new Error('connect ECONNREFUSED')
    const gone: Answer = { kind: 'unreachable', error }
    await expect(serverVersion(answering({ '/': gone, [nodes]: gone }), signal)).rejects.toBe(error)
  })
})
