import { freshToken, LoginRefused, refusedLogin, saslLogin } from './sasl.ts'

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
    await saslLogin({ mechanism: 'PLAIN', username: 'me', password: 'it’s' }, exchange)
    expect(seen).toEqual(['\0me\0it’s'])
  })

  it('answers a refused token, and says why it was refused', async () => {
    const { seen, exchange } = server(() => '{"status":"invalid_token"}')
    const login = saslLogin({ mechanism: 'OAUTHBEARER', token: 'T' }, exchange)
    await expect(login).rejects.toThrow(LoginRefused)
    await expect(login).rejects.toThrow('invalid_token')
    expect(seen).toEqual(['n,,\x01auth=Bearer T\x01\x01', '\x01'])
  })

  it('escapes the user name of SCRAM', async () => {
    const { seen, exchange } = server(() => 'r=other,s=AAAA,i=4096')
    await expect(saslLogin(scram, exchange)).rejects.toThrow('changed the nonce')
    expect(seen[0]).toMatch(/^n,,n=a=3Db=2Cc,r=/)
  })

  it('does not go along with a server that asks for too few iterations', async () => {
    const { seen, exchange } = server((message) => `r=${nonceOf(message)}x,s=AAAA,i=100`)
    await expect(saslLogin(scram, exchange)).rejects.toThrow('100 iterations are too few')
    expect(seen).toHaveLength(1)
  })

  it('does not trust a server that cannot prove that it knows the password', async () => {
    const first = (message: string) => `r=${nonceOf(message)}x,s=AAAA,i=4096`
    await expect(saslLogin(scram, server(first, () => 'v=AAAA').exchange)).rejects.toThrow('could not prove')
    await expect(saslLogin(scram, server(first, () => 'e=other-error').exchange)).rejects.toThrow(
      'other-error',
    )
  })
})

describe('freshToken', () => {
  it('may be tried again when there was none', async () => {
    const token = () => Promise.reject(new Error('STS is away'))
    await expect(freshToken(token, 1000)).rejects.toMatchObject({
      code: 'TOKEN',
      retriable: true,
      message: expect.stringContaining('STS is away'),
    })
  })

  it('does not wait for ever', async () => {
    const token = () => new Promise<never>(() => undefined)
    await expect(freshToken(token, 10)).rejects.toThrow('none came within 10 ms')
  })
})

describe('refusedLogin', () => {
  const token = () => Promise.resolve({ value: 'T' })
  const reason = new LoginRefused('denied')

  it('is for good, and says what to check in general', async () => {
    const error = await refusedLogin(reason, { mechanism: 'OAUTHBEARER', token }, 1000)
    expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false })
    expect(error.message).toBe(
      'The broker refused the login: denied. Check sasl.mechanism and sasl.jaas.config.',
    )
  })

  it('says what who made the token knows of it, and may be tried again if he says so', async () => {
    const refused = async (why: string) => ({ advice: `Because ${why}.`, retriable: true })
    const error = await refusedLogin(reason, { mechanism: 'OAUTHBEARER', token, refused }, 1000)
    expect(error.message).toBe('The broker refused the login: denied. Because denied.')
    expect(error.retriable).toBe(true)
  })

  it('does not wait for what he knows', async () => {
    const refused = () => new Promise<never>(() => undefined)
    const error = await refusedLogin(reason, { mechanism: 'OAUTHBEARER', token, refused }, 10)
    expect(error.message).toContain('Check sasl.mechanism')
  })
})
