import { ConfigError } from '../task/config-error.ts'
import { RequestError } from '../worker/request-error.ts'
import { issueWords } from './issue-words.ts'

export interface ErrorBody {
  readonly error_code: number
  readonly message: string
}

/** What a failed request is answered with: a sentence, never a stack. Total. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof RequestError) return { error_code: error.status, message: error.message }
  if (error instanceof ConfigError) return { error_code: 400, message: configMessage(error) }
  const status = statusOf(error)
  if (status === 415) return { error_code: 415, message: 'HTTP 415 Unsupported Media Type' }
  const message = error instanceof Error ? error.message : String(error)
  return status < 500
    ? { error_code: status, message }
    : { error_code: 500, message: 'The request failed within the worker; its log says why.' }
}

/** As Kafka Connect words it, with the line that tools cut off at. */
function configMessage(error: ConfigError): string {
  const count = error.issues.length
  const lines = error.issues.map(issueWords)
  return [
    `Connector configuration is invalid and contains the following ${count} error(s):`,
    ...lines,
    'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
  ].join('\n')
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}
