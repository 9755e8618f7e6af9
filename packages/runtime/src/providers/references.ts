/** A reference to a value that is kept elsewhere: `${provider:path:key}`, or `${provider:key}` with an empty path. */
export interface Reference {
  /** As it stands in the setting. */
  readonly text: string
  readonly provider: string
  readonly path: string
  readonly key: string
}

/** A text cut into what stands for itself and what refers to a provider; joined again it is the text. */
export type Part = string | Reference

/**
 * Cuts a setting's value as Kafka's ConfigTransformer does: the first colon ends the provider, the second one the path. Whether there is such a
 * provider is not looked at. Takes time in proportion to the text, whoever wrote it.
 */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = []
  let plainFrom = 0
  for (let start = text.indexOf('${'); start !== -1; ) {
    const end = text.indexOf('}', start)
    if (end === -1) break
    const reference = readReference(text.slice(start, end + 1))
    if (reference !== undefined) {
      if (start > plainFrom) parts.push(text.slice(plainFrom, start))
      parts.push(reference)
      plainFrom = end + 1
    }
    start = text.indexOf('${', end + 1)
  }
  if (plainFrom < text.length) parts.push(text.slice(plainFrom))
  return parts
}

/** The references of a text to providers that there are. */
export function referencesIn(text: string, isProvider: (name: string) => boolean): readonly Reference[] {
  return partsOf(text)
    .filter((part) => typeof part !== 'string')
    .filter((one) => isProvider(one.provider))
}

function readReference(text: string): Reference | undefined {
  const inner = text.slice(2, -1)
  const first = inner.indexOf(':')
  if (first === -1) return undefined
  const rest = inner.slice(first + 1)
  const second = rest.indexOf(':')
  return {
    text,
    provider: inner.slice(0, first),
    path: second === -1 ? '' : rest.slice(0, second),
    key: rest.slice(second + 1),
  }
}
