import { type Line, LineBuffer } from './line-buffer.ts'

/** The lines that come out when the pieces are read one after the other. */
function linesOf(pieces: readonly string[], position = 0): readonly Line[] {
  const buffer = new LineBuffer(position)
  const lines: Line[] = []
  for (const piece of pieces) {
    const bytes = Buffer.from(piece)
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(buffer.room(), 0, at)
      buffer.filled(copied)
      at += copied
    }
    for (let line = buffer.next(); line; line = buffer.next()) lines.push(line)
  }
  return lines
}

const texts = (lines: readonly Line[]): readonly string[] => lines.map(({ text }) => text)

describe('lines of a file', () => {
  it('end with \\n, \\r\\n or \\r', () => {
    expect(linesOf(['a\nb\r\nc\rd\n\n'])).toEqual([
      { text: 'a', end: 2 },
      { text: 'b', end: 5 },
      { text: 'c', end: 7 },
      { text: 'd', end: 9 },
      { text: '', end: 10 },
    ])
  })

  it('wait for their end, and a \\r for what follows it', () => {
    expect(texts(linesOf(['a', 'b']))).toEqual([])
    expect(texts(linesOf(['ab\r']))).toEqual([])
    expect(linesOf(['ab\r', '\nc\n'])).toEqual([
      { text: 'ab', end: 4 },
      { text: 'c', end: 6 },
    ])
    expect(linesOf(['ab\r', 'c\n'])).toEqual([
      { text: 'ab', end: 3 },
      { text: 'c', end: 5 },
    ])
  })

  it('end at bytes of the file, also where a character has several', () => {
    expect(linesOf(['ä\n€\n'], 100)).toEqual([
      { text: 'ä', end: 103 },
      { text: '€', end: 107 },
    ])
  })

  it('may be longer than what is read at once, and cut within a character', () => {
    const long = '€'.repeat(100_000)
    expect(texts(linesOf([`short\n${long}\nshort\n`]))).toEqual(['short', long, 'short'])
  })
})
