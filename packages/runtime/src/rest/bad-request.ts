import type { Issue, Json } from '@sluice/template'
import { type Settings, settingsOf } from '../config/settings.ts'
import { RequestError } from '../worker/request-error.ts'

/** What a body is read as; what is wrong with it is a bad request. */
export function badRequest<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof RequestError) throw cause
    throw new RequestError(400, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** The settings of a connector in a body, and what is wrong with them already: null is no value, but for PATCH. */
export function settingsOfBody(
  body: unknown,
  what = 'The body',
): { readonly settings: Settings; readonly issues: readonly Issue[] } {
  const settings = badRequest(() => settingsOf(body, what))
  const nulls = Object.entries(body as object).filter(([, value]) => value === null)
  const issues = nulls.map(([field]) => ({ field, message: 'can not have null as its value' }))
  return { settings, issues }
}

/** A body, or a part of one, that has these fields at most. */
export function refuseUnknownFields<F extends string>(
  body: unknown,
  fields: readonly F[],
  what: string,
): { readonly [field in F]?: Json } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestError(400, `${what} must be an object, with ${fields.join(', ')}.`)
  }
  const unknown = Object.keys(body).find((key) => !(fields as readonly string[]).includes(key))
  if (unknown === undefined) return body
  throw new RequestError(400, `${what}: unrecognized field "${unknown}"; there are ${fields.join(', ')}.`)
}
