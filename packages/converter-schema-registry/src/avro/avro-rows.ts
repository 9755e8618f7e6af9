import { NULL_FIELD, type RowEncoder, type Slices, type StructSchema } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import { isPromise } from '../maybe-promise.ts'
import { needsTopic, type SubjectStrategy } from '../registry/subject.ts'
import type { Plan, SchemaPlans } from '../schema-plans.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import type { AvroType } from './avro-type.ts'
import { compileRows, type WriteRows } from './row-writer.ts'

export interface AvroRowsOptions {
  readonly config: AvroDataConfig
  readonly role: 'key' | 'value' | 'header'
  readonly strategy: SubjectStrategy
  readonly plans: SchemaPlans<AvroType>
  readonly out: ByteWriter
}

/** From rows to bytes without making records: keys or values, whichever the converter is of. Only once the schema's id is known. */
export function avroRowEncoder(
  options: AvroRowsOptions,
  { value, key }: { readonly value: StructSchema; readonly key: StructSchema | undefined },
): RowEncoder | undefined {
  const { role, strategy, plans, config, out } = options
  const schema = role === 'key' ? key : value
  if (!schema) return undefined
  const compiled = new WeakMap<Plan<AvroType>, WriteRows | { readonly none: true }>()
  return (rows, { topic }) => {
    if (topic === undefined && needsTopic(strategy)) return undefined
    const plan = plans.planFor(schema, topic ?? '')
    if (isPromise(plan)) {
      // the ordinary way waits for the same lookup, and says what goes wrong
      plan.catch(() => undefined)
      return undefined
    }
    const write =
      compiled.get(plan) ??
      compileRows({ schema, within: value, type: plan.type, out }, config) ??
      ({ none: true } as const)
    compiled.set(plan, write)
    return typeof write === 'function' ? encoded(role, rows.count, () => write(rows, plan.id)) : undefined
  }
}

function encoded(
  role: string,
  count: number,
  write: () => Slices,
): { readonly keys: Slices; readonly values: Slices } {
  const none = { bytes: new Uint8Array(0), ends: new Uint32Array(count).fill(NULL_FIELD) }
  return role === 'key' ? { keys: write(), values: none } : { keys: none, values: write() }
}
