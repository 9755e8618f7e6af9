/** A message as the server sends it; of a row unless another kind is given. */
export function messageOf(content: Uint8Array, kind = 'd'): Buffer {
  const header = Buffer.alloc(5)
  header.write(kind, 'latin1')
  header.writeUInt32BE(content.length + 4, 1)
  return Buffer.concat([header, content])
}
