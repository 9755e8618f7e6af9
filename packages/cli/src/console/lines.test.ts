import fc from 'fast-check'
import { linesOf } from './lines.ts'

async function linesIn(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  const input = (async function* () {
    yield* chunks
  })()
  for await (const some of linesOf(input)) lines.push(...some.map((line) => line.toString('latin1')))
  return lines
}

describe('lines of a stream', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['\n', ['']],
    ['a\r\n', ['a\r']],
  ])('of %j', async (text, lines) => {
    expect(await linesIn([Buffer.from(text)])).toEqual(lines)
  })

  it('are the same wherever the stream is cut', async () => {
    const bytes = fc
      .uint8Array({ maxLength: 60 })
      .map((found) => found.map((byte) => (byte % 5 === 0 ? 10 : byte)))
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), async (chunks) => {
        const whole = Buffer.concat(chunks).toString('latin1')
        const expected = whole.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(await linesIn(chunks)).toEqual(expected)
      }),
    )
  })

  it('are kept when the stream uses its memory again', async () => {
    const chunk = Buffer.from('one\ntwo')
    const found: Buffer[] = []
    const input = (async function* () {
      yield chunk
      chunk.fill('x')
      yield Buffer.from('\n')
    })()
    for await (const lines of linesOf(input)) found.push(...lines)
    expect(found.map(String)).toEqual(['one', 'two'])
  })
})
