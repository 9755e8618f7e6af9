import protobuf from 'protobufjs'
import type { Budget } from './budget.ts'

const deepest = 100

/** Counts what a message holds without making it: messages in it, and members of its lists. Throws where it is none, or the budget is used up. */
export function messageCounter(type: protobuf.Type): (bytes: Uint8Array, budget: Budget) => void {
  type.root.resolveAll()
  return (bytes, budget) => {
    const reader = protobuf.Reader.create(bytes)
    walk(reader, { type, end: reader.len, budget, depth: 0 })
  }
}

interface Place {
  readonly type: protobuf.Type
  readonly end: number
  readonly budget: Budget
  readonly depth: number
}

function walk(reader: protobuf.Reader, { type, end, budget, depth }: Place): void {
  if (depth > deepest) throw new RangeError('it is nested too deeply')
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = type.fieldsById[tag >>> 3]
    if ((tag & 7) !== 2) {
      if (field?.repeated) budget.parts(1)
      reader.skipType(tag & 7)
      continue
    }
    const length = reader.uint32()
    const fieldEnd = reader.pos + length
    if (fieldEnd > end) throw new RangeError('it is cut short')
    const inner = field?.resolvedType
    if (inner instanceof protobuf.Type) {
      budget.parts(1)
      walk(reader, { type: inner, end: fieldEnd, budget, depth: depth + 1 })
    } else {
      if (field?.repeated) budget.parts(/fixed64|double/.test(field.type) ? length / 8 : length)
      reader.skip(length)
    }
  }
}

/** An upper bound of the values in a text of JSON. Throws where the budget is used up. */
export function countJson(text: Uint8Array, budget: Budget): void {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    // , [ {
    if (byte === 44 || byte === 91 || byte === 123) count++
  }
  // twice as many as in protobuf: a value is a message there and a member here
  budget.parts(Math.ceil(count / 2))
}
