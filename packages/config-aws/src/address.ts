/** What a reference names in AWS: the two parts of `${provider:path:key}` put together again. */
export interface Address {
  /** The key as it stands in the reference, under which the value is returned. */
  readonly key: string
  /** Name or ARN of the secret or parameter. */
  readonly name: string
  /** What follows the name; empty: nothing does. */
  readonly field: string
  readonly version?: string
  readonly stage?: string
  readonly ttlMs?: number
}

const options = /\?((?:(?:ttl|version|stage)=[^&?]*)(?:&(?:ttl|version|stage)=[^&?]*)*)$/

/**
 * Reads one key of a path. ARNs have colons, which Kafka's references cut at: `arn` as the path means that the name goes on in the key; in the
 * path they may also be given as in a URL (`arn%3Aaws...`). `?ttl=`, `?version=` and `?stage=` at the end of the key are options. Throws an Error that
 * says what is wrong with them.
 */
export function addressOf(path: string, key: string, arnParts: number): Address {
  const match = options.exec(key)
  const bare = match === null ? key : key.slice(0, match.index)
  return { key, ...nameAndField(path, bare, arnParts), ...readOptions(match?.[1] ?? '') }
}

function nameAndField(path: string, key: string, arnParts: number): { name: string; field: string } {
  if (path === '') return { name: decoded(key), field: '' }
  if (path !== 'arn') return { name: decoded(path), field: key }
  const parts = `arn:${key}`.split(':')
  return { name: parts.slice(0, arnParts).join(':'), field: parts.slice(arnParts).join(':') }
}

function readOptions(text: string): Pick<Address, 'version' | 'stage' | 'ttlMs'> {
  const found = new URLSearchParams(text)
  const ttl = found.get('ttl')
  if (ttl !== null && !/^\d{1,15}$/.test(ttl)) throw new Error(`?ttl= takes milliseconds, not "${ttl}"`)
  const [version, stage] = [found.get('version'), found.get('stage')]
  return {
    ...(version !== null && { version }),
    ...(stage !== null && { stage }),
    ...(ttl !== null && { ttlMs: Number(ttl) }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // no name has a percent sign; AWS says that there is none such
    return text
  }
}
