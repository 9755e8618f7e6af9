import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below every system's range for outgoing connections, so that no client takes a port while its server restarts. */
const range = { first: 20_000, last: 31_999 } as const

/** So many ports of 127.0.0.1 on which nothing listens, all different. */
export async function freePorts(
  count: number,
  { isFree = canListen, pick = () => randomInt(range.first, range.last + 1) } = {},
): Promise<readonly number[]> {
  const found = new Set<number>()
  const attempts = count * 100
  for (let attempt = 0; attempt < attempts && found.size < count; attempt++) {
    const port = pick()
    if (!found.has(port) && (await isFree(port))) found.add(port)
  }
  if (found.size < count) {
    throw new Error(`found only ${found.size} of ${count} free ports in ${range.first} to ${range.last}`)
  }
  return [...found]
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
