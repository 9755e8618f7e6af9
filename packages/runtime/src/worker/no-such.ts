import { RequestError } from './request-error.ts'

/** What Kafka Connect's REST API answers where there is no such thing: 404, each request in its own words. */
export const noSuch = {
  connector: (name: string): RequestError => new RequestError(404, `Connector ${name} not found`),
  /** To pause, resume or stop. */
  target: (name: string): RequestError => new RequestError(404, `Unknown connector ${name}`),
  /** To restart. */
  restarted: (name: string): RequestError => new RequestError(404, `Unknown connector: ${name}`),
  task: (name: string, task: number): RequestError => new RequestError(404, `Unknown task: ${name}-${task}`),
  status: (name: string): RequestError => new RequestError(404, `No status found for connector ${name}`),
  taskStatus: (name: string, task: number): RequestError =>
    new RequestError(404, `No status found for task ${name}-${task}`),
} as const

/** Offsets are changed where no task runs. */
export function notStopped(name: string): RequestError {
  return new RequestError(
    400,
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' " +
      `request to the '/connectors/${name}/stop' endpoint`,
  )
}
