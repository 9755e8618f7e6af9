/**
 * Lines of a stream of bytes, as many as a chunk completes at a time, without their line feeds. What follows the last line feed is a line, too, unless it is
 * empty. Bytes aren't looked at otherwise.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer[] = []
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const lines: Buffer[] = []
    let from = 0
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
      const piece = bytes.subarray(from, at)
      // copied, because a stream may use its chunk again
      lines.push(rest.length === 0 ? Buffer.from(piece) : Buffer.concat([...rest, piece]))
      rest = []
      from = at + 1
    }
    if (from < bytes.length) rest.push(Buffer.from(bytes.subarray(from)))
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [Buffer.concat(rest)]
}

const lineFeed = 0x0a
