import { connect } from 'node:net'
import { once } from 'node:events'

/**
 * The node ids of the brokers that the broker at this port knows as alive, by a real Metadata request. A port that
 * accepts connections proves little: the listener opens before the broker has joined its cluster.
 */
export async function liveBrokers(port: number, signal: AbortSignal): Promise<readonly number[]> {
  const socket = connect({ port, host: '127.0.0.1', signal })
  try {
    await once(socket, 'connect', { signal })
    socket.write(metadataRequest())
    const chunks: Buffer[] = []
    for await (const chunk of socket) {
      chunks.push(chunk as Buffer)
      const answer = Buffer.concat(chunks)
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0))
        return brokersIn(answer.subarray(4))
    }
    throw new Error(`the broker at 127.0.0.1:${port} closed the connection without an answer`)
  } finally {
    socket.destroy()
  }
}

/** Metadata version 4, of no topics: understood by brokers from 0.11 to 4.x (https://kafka.apache.org/protocol). */
function metadataRequest(): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 3, 0, 4, 0, 0, 0, 1]), // api key, version, correlation id
    Buffer.from([0, 0]), // an empty client id
    Buffer.from([0, 0, 0, 0]), // no topics
    Buffer.from([0]), // create none
  ])
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

export function brokersIn(answer: Buffer): readonly number[] {
  let at = 8 // correlation id, throttle time
  const int32 = () => answer.readInt32BE((at += 4) - 4)
  const skipString = () => {
    const length = answer.readInt16BE((at += 2) - 2)
    at += Math.max(0, length)
  }
  return Array.from({ length: int32() }, () => {
    const id = int32()
    skipString() // host
    int32() // port
    skipString() // rack
    return id
  })
}
