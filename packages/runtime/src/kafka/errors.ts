import { errorNames, retriableErrors } from './error-codes.ts'
import { KafkaError } from './types.ts'

/** What to do about the errors that an operator can do something about. */
const advice: Readonly<Partial<Record<string, string>>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'The topic does not exist, or this user may not describe it.',
  TOPIC_AUTHORIZATION_FAILED: 'Grant this user the operation on the topic.',
  GROUP_AUTHORIZATION_FAILED: 'Grant this user READ on the group.',
  CLUSTER_AUTHORIZATION_FAILED: 'Grant this user the operation on the cluster.',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    "Grant this user WRITE and DESCRIBE on transactional ids that begin with sluice- (exactly-once sources: with the worker's group.id; a cluster's leader: connect-cluster- and that).",
  MESSAGE_TOO_LARGE: "Raise the topic's max.message.bytes, or send smaller records.",
  NOT_ENOUGH_REPLICAS: 'Fewer replicas are in sync than min.insync.replicas asks for.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'Fewer replicas are in sync than min.insync.replicas asks for.',
  UNSUPPORTED_COMPRESSION_TYPE: 'The broker is too old for this compression.type.',
  INVALID_REPLICATION_FACTOR: 'There are fewer brokers than replicas were asked for.',
}

/** The error that a broker's code stands for; `doing` says in a clause what was tried ("fetching from orders-0"). */
export function protocolError(code: number, doing: string): KafkaError {
  const name = errorNames.get(code) ?? `ERROR_${code}`
  const hint = advice[name]
  return new KafkaError(`Kafka answered ${name} while ${doing}.${hint ? ` ${hint}` : ''}`, {
    code: name,
    retriable: retriableErrors.has(name),
  })
}

/** Any error as a KafkaError: kafkajs's protocol errors by their type, unknown ones as not retriable. Never throws. */
export function asKafkaError(error: unknown, doing: string): KafkaError {
  if (error instanceof KafkaError) return error
  const code = codeOfKafkajs(error)
  if (code !== undefined) return protocolError(code, doing)
  const text = error instanceof Error ? error.message : String(error)
  return new KafkaError(`Failed while ${doing}: ${text}`, {
    code: 'UNEXPECTED',
    retriable: false,
    cause: error,
  })
}

/** The connection failed or was cut: what was sent may or may not have arrived. */
export function networkError(message: string, cause?: unknown): KafkaError {
  return new KafkaError(message, { code: 'NETWORK', retriable: true, cause })
}

export function timeoutError(message: string): KafkaError {
  return new KafkaError(message, { code: 'TIMEOUT', retriable: true })
}

export function closedError(what: string): KafkaError {
  return new KafkaError(`${what} is closed.`, { code: 'CLOSED', retriable: false })
}

function codeOfKafkajs(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== 'KafkaJSProtocolError') return undefined
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined
}
