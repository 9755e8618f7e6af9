import { once } from 'node:events'
import { connect } from 'node:net'

export interface ClusterView {
  /** The node ids of the brokers that are alive. */
  readonly brokers: readonly number[]
  /** The topics of which a partition has no leader. */
  readonly leaderless: readonly string[]
}

/**
 * What the broker at this port knows of its cluster, by a real Metadata request. A port that accepts connections proves
 * little: the listener opens before the broker has joined its cluster.
 */
export async function clusterView(port: number, signal: AbortSignal): Promise<ClusterView> {
  const socket = connect({ port, host: '127.0.0.1', signal })
  try {
    await once(socket, 'connect', { signal })
    socket.write(metadataRequest())
    const chunks: Buffer[] = []
    for await (const chunk of socket) {
      chunks.push(chunk as Buffer)
      const answer = Buffer.concat(chunks)
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) return viewIn(answer.subarray(4))
    }
    throw new Error(`the broker at 127.0.0.1:${port} closed the connection without an answer`)
  } finally {
    socket.destroy()
  }
}

/** Metadata version 4, of all topics: understood by brokers from 0.11 to 4.x (https://kafka.apache.org/protocol). */
function metadataRequest(): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 3, 0, 4, 0, 0, 0, 1]), // api key, version, correlation id
    Buffer.from([0, 0]), // an empty client id
    Buffer.from([255, 255, 255, 255]), // all topics
    Buffer.from([0]), // create none
  ])
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

export function viewIn(answer: Buffer): ClusterView {
  let at = 8 // correlation id, throttle time
  const int16 = () => answer.readInt16BE((at += 2) - 2)
  const int32 = () => answer.readInt32BE((at += 4) - 4)
  const text = () => {
    const length = Math.max(0, int16())
    return answer.toString('utf8', at, (at += length))
  }
  const list = <T>(item: () => T) => Array.from({ length: Math.max(0, int32()) }, item)

  const broker = () => {
    const id = int32()
    text() // host
    int32() // port
    text() // rack
    return id
  }
  const leaderOfPartition = () => {
    int16() // error
    int32() // index
    const leader = int32()
    list(int32) // replicas
    list(int32) // in sync
    return leader
  }
  const topic = () => {
    int16() // error
    const name = text()
    at += 1 // whether it is internal
    return { name, leaders: list(leaderOfPartition) }
  }

  const brokers = list(broker)
  text() // cluster id
  int32() // controller
  const leaderless = list(topic).filter(({ leaders }) => leaders.some((leader) => !brokers.includes(leader)))
  return { brokers, leaderless: leaderless.map(({ name }) => name) }
}
