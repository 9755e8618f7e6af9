import { RequestError } from '../worker/request-error.ts'

/** What a body is read as; what is wrong with it is a bad request. */
export function badRequest<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new RequestError(400, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
