import { RequestError } from '../worker/request-error.ts'

/** `wait=true`: answered only when the tasks have ended. Not of Kafka Connect: workers that are embedded ask so. */
export interface Waiting {
  Querystring: { wait?: string }
}

/** As Java reads a Boolean. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

/** As Java reads an Integer. */
export function taskIndex(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new RequestError(404, 'HTTP 404 Not Found')
  return Number(text)
}
