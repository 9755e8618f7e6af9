import { RecordError } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import type { ProtoReader } from './proto-reader.ts'

/** Messages nested deeper than this are none. */
const deepest = 100

/** Which message of its file a record is: places from the outermost to the innermost. The very first is one byte. */
export function writePath(out: ByteWriter, path: readonly number[]): void {
  if (path.length === 1 && path[0] === 0) return out.byte(0)
  out.varint(path.length * 2)
  for (const place of path) out.varint(place * 2)
}

export function readPath(from: ProtoReader): readonly number[] {
  const count = whole(from)
  if (count === 0) return [0]
  if (count < 0 || count > deepest)
    throw new RecordError(`A record names its Protobuf message by ${count} places.`)
  return Array.from({ length: count }, () => whole(from))
}

function whole(from: ProtoReader): number {
  const value = from.uint()
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
