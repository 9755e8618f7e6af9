import { type Json, RecordError } from '@sluice/template'

/** A schema within a document. */
export interface Located {
  readonly node: Json
  readonly root: Json
}

/** So many references to references are a loop. */
const mostSteps = 100

/** Finds what `$ref` refers to: within the same document, or in one that the registry knows by that name. */
export class Resolver {
  readonly #documents: ReadonlyMap<string, Json>
  readonly #byId = new Map<string, Json>()

  constructor(root: Json, documents: ReadonlyMap<string, Json>) {
    this.#documents = documents
    for (const document of [root, ...documents.values()]) {
      const id = isObject(document) ? (document['$id'] ?? document['id']) : undefined
      if (typeof id === 'string') this.#byId.set(id.replace(/#$/, ''), document)
    }
  }

  /** Throws a RecordError where there is nothing. */
  resolve(reference: string, root: Json): Located {
    const hash = reference.indexOf('#')
    const name = hash === -1 ? reference : reference.slice(0, hash)
    const pointer = hash === -1 ? '' : reference.slice(hash + 1)
    const document = name === '' ? root : (this.#documents.get(name) ?? this.#byId.get(name))
    if (document === undefined) throw missing(reference)
    let node: Json | undefined = document
    for (const part of pointer.split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
      node = childOf(node, key)
      if (node === undefined) throw missing(reference)
    }
    return { node, root: document }
  }

  /** A schema itself, or what it refers to. */
  follow(located: Located): Located {
    let { node, root } = located
    for (let steps = 0; steps < mostSteps; steps++) {
      const reference = isObject(node) ? node['$ref'] : undefined
      if (typeof reference !== 'string') return { node, root }
      ;({ node, root } = this.resolve(reference, root))
    }
    throw new RecordError('References of a JSON Schema form a loop.')
  }
}

function childOf(node: Json, key: string): Json | undefined {
  if (Array.isArray(node)) return (node as readonly Json[])[Number(key)]
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function missing(reference: string): RecordError {
  return new RecordError(
    `A JSON Schema refers to ${reference}, which is neither in it nor among its references.`,
  )
}
