import { type ConfigFields, maskSecrets, secret } from '@sluice/template'
import type { Settings } from '@sluice/runtime'
import type { RestClient } from './rest-client.ts'

export type Mask = (settings: Settings) => Settings

/**
 * Masks settings for people: what the connector's class declares as a password, what looks like one, passwords in URLs. References to config providers stay. A
 * worker on the JVM shows passwords as they are, hence here.
 */
export async function maskFor(rest: RestClient, connectorClass: string | undefined): Promise<Mask> {
  const keys = connectorClass === undefined ? [] : await passwordKeys(rest, connectorClass)
  const fields: ConfigFields = Object.fromEntries(
    keys.map((name) => [name, secret({ name, doc: 'A password.', optional: true })]),
  )
  return (settings) => maskSecrets(fields, settings)
}

async function passwordKeys(rest: RestClient, connectorClass: string): Promise<readonly string[]> {
  const path = `/connector-plugins/${encodeURIComponent(connectorClass)}/config`
  try {
    const all = await rest.call<ReadonlyArray<{ readonly name: string; readonly type: string }>>('GET', path)
    return all.filter(({ type }) => type === 'PASSWORD').map(({ name }) => name)
  } catch {
    // an older worker, or a class that there isn't: names alone have to do
    return []
  }
}
