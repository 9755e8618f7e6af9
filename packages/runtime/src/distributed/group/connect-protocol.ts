import { WireReader, WireWriter } from '../../kafka/group/wire.ts'
import { byName, type Unit } from './unit.ts'

/**
 * What workers tell their leader and what it tells them, laid out as version 2 of Kafka Connect's protocol (KIP-415, KIP-507). The group's protocol has
 * a name of its own all the same: workers of both kinds in one group would not understand each other's tasks.
 */
export const connectProtocol = { type: 'connect', name: 'sluice' } as const

const version = 2

/** What a worker tells the leader at each join. */
export interface WorkerState {
  /** Where its REST answers. */
  readonly url: string
  /** How far it has read the config topic: the offset of the last record; -1: of none. */
  readonly configOffset: bigint
  readonly held: readonly Unit[]
}

export interface Assignment {
  /** `mismatch`: the leader could not read as far as another worker has; nothing is assigned, and all join again. */
  readonly error: 'none' | 'mismatch'
  readonly leaderId: string
  readonly leaderUrl: string
  /** How far to have read the config topic before acting on it. */
  readonly configOffset: bigint
  readonly assigned: readonly Unit[]
  readonly revoked: readonly Unit[]
  /** When to join again because units are kept back; 0: not for that. */
  readonly delayMs: number
}

const errorCodes = { none: 0, mismatch: 1 } as const

export function encodeState({ url, configOffset, held }: WorkerState): Buffer {
  const current = encodeAssignment({
    error: 'none',
    leaderId: '',
    leaderUrl: '',
    configOffset,
    assigned: held,
    revoked: [],
    delayMs: 0,
  })
  return new WireWriter().int16(version).string(url).int64(configOffset).bytes(current).written()
}

export function decodeState(bytes: Buffer): WorkerState {
  const from = new WireReader(bytes)
  const sent = from.int16()
  const url = from.string()
  const configOffset = from.int64()
  const current = sent >= 1 ? from.bytes() : null
  return { url, configOffset, held: current === null ? [] : decodeAssignment(current).assigned }
}

export function encodeAssignment(assignment: Assignment): Buffer {
  const to = new WireWriter()
    .int16(version)
    .int16(errorCodes[assignment.error])
    .string(assignment.leaderId)
    .string(assignment.leaderUrl)
    .int64(assignment.configOffset)
  writeUnits(to, assignment.assigned)
  writeUnits(to, assignment.revoked)
  return to.int32(assignment.delayMs).written()
}

/** An empty answer assigns nothing and asks to join again: so the coordinator tells a member of whom the leader didn't know. */
export function decodeAssignment(bytes: Buffer): Assignment {
  if (bytes.length === 0) return unknownToLeader
  const from = new WireReader(bytes)
  const sent = from.int16()
  return {
    error: from.int16() === 0 ? 'none' : 'mismatch',
    leaderId: from.string(),
    leaderUrl: from.string(),
    configOffset: from.int64(),
    assigned: readUnits(from),
    revoked: sent >= 1 ? readUnits(from) : [],
    delayMs: sent >= 1 ? from.int32() : 0,
  }
}

const unknownToLeader: Assignment = {
  error: 'mismatch',
  leaderId: '',
  leaderUrl: '',
  configOffset: -1n,
  assigned: [],
  revoked: [],
  delayMs: 0,
}

/** Nothing is a null array, as the JVM writes it. */
function writeUnits(to: WireWriter, units: readonly Unit[]): void {
  if (units.length === 0) return void to.int32(-1)
  to.array([...Map.groupBy(units.toSorted(byName), ({ connector }) => connector)], ([connector, some]) =>
    to.string(connector).array(some, ({ task }) => to.int32(task)),
  )
}

function readUnits(from: WireReader): readonly Unit[] {
  return from
    .array(() => {
      const connector = from.string()
      return from.array(() => ({ connector, task: from.int32() }))
    })
    .flat()
}
