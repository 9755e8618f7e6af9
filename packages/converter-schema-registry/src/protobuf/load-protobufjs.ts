import { createRequire } from 'node:module'
import type protobuf from 'protobufjs'

let loaded: typeof protobuf | undefined

/** Loaded with the first schema: it takes longer than all the rest of this package, and most workers have no Protobuf. */
export function protobufjs(): typeof protobuf {
  loaded ??= createRequire(import.meta.url)('protobufjs') as typeof protobuf
  return loaded
}
