import { readableBytes } from './readable-bytes.ts'

describe('bytes for people', () => {
  it.each<[Uint8Array | null, string]>([
    [null, '(null)'],
    [Buffer.alloc(0), '(empty)'],
    [Buffer.from('{"a":"ä"}'), '{"a":"ä"}'],
    [Buffer.from('a\n\tb'), 'a\\n\\tb'],
    [Buffer.from('\u001b[31mred\u202e'), '\\u{1b}[31mred\\u{202e}'],
    [Buffer.from([0xff, 0x00]), '0xff00'],
    [Buffer.from([0, 0, 0, 1, 2, 0xab, 0xcd]), '(schema 258) 0xabcd'],
  ])('%#', (bytes, text) => {
    expect(readableBytes(bytes, 100)).toBe(text)
  })

  it('are cut where they are long, and say how long they were', () => {
    expect(readableBytes(Buffer.from('ä'.repeat(50)), 5)).toBe('äääää... (100 bytes, --full shows all)')
  })
})
