import { saslLogin } from './sasl.ts'

const scram = { mechanism: 'SCRAM-SHA-256', username: 'a=b,c', password: 'p' } as const

/** A server that answers with these messages in turn, made from what came before. */
function server(...answers: ReadonlyArray<(message: string) => string>) {
  const seen: string[] = []
  const exchange = (message: Buffer) => {
    seen.push(message.toString())
    const answer = answers[seen.length - 1]
    return Promise.resolve(Buffer.from(answer ? answer(message.toString()) : ''))
  }
  return { seen, exchange }
}
const nonceOf = (message: string) => /r=([^,]*)/.exec(message)?.[1] ?? ''

describe('saslLogin', () => {
  it('sends user and password as PLAIN wants them', async () => {
    const { seen, exchange } = server()
    await saslLogin({ mechanism: 'PLAIN', username: 'me', password: 'it’s' }, exchange, 1000)
    expect(seen).toEqual(['\0me\0it’s'])
  })

  it('answers a refused token, and says why it was refused', async () => {
    const { seen, exchange } = server(() => '{"status":"invalid_token"}')
    const token = () => Promise.resolve({ value: 'T' })
    const login = saslLogin({ mechanism: 'OAUTHBEARER', token }, exchange, 1000)
    await expect(login).rejects.toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false })
    await expect(login).rejects.toThrow('invalid_token')
    expect(seen).toEqual(['n,,\x01auth=Bearer T\x01\x01', '\x01'])
  })

  it('may be tried again when there was no token', async () => {
    const token = () => Promise.reject(new Error('STS is away'))
    const login = saslLogin({ mechanism: 'OAUTHBEARER', token }, server().exchange, 1000)
    await expect(login).rejects.toMatchObject({ code: 'TOKEN', retriable: true })
    await expect(login).rejects.toThrow('STS is away')
  })

  it('does not wait for a token for ever', async () => {
    const token = () => new Promise<never>(() => undefined)
    const login = saslLogin({ mechanism: 'OAUTHBEARER', token }, server().exchange, 10)
    await expect(login).rejects.toMatchObject({ code: 'TOKEN', retriable: true })
    await expect(login).rejects.toThrow('none came within 10 ms')
  })

  it('escapes the user name of SCRAM', async () => {
    const { seen, exchange } = server(() => 'r=other,s=AAAA,i=4096')
    await expect(saslLogin(scram, exchange, 1000)).rejects.toThrow('changed the nonce')
    expect(seen[0]).toMatch(/^n,,n=a=3Db=2Cc,r=/)
  })

  it('does not go along with a server that asks for too few iterations', async () => {
    const { seen, exchange } = server((message) => `r=${nonceOf(message)}x,s=AAAA,i=100`)
    await expect(saslLogin(scram, exchange, 1000)).rejects.toThrow('100 iterations are too few')
    expect(seen).toHaveLength(1)
  })

  it('does not trust a server that cannot prove that it knows the password', async () => {
    const first = (message: string) => `r=${nonceOf(message)}x,s=AAAA,i=4096`
    await expect(saslLogin(scram, server(first, () => 'v=AAAA').exchange, 1000)).rejects.toThrow(
      'could not prove',
    )
    await expect(saslLogin(scram, server(first, () => 'e=other-error').exchange, 1000)).rejects.toThrow(
      'other-error',
    )
  })
})
