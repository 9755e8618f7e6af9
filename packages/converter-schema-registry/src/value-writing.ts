import type { ConvertTarget, SchemaAndValue } from '@sluice/template'
import { ByteWriter } from './byte-writer.ts'
import { after, type MaybePromise } from './maybe-promise.ts'
import type { Plan, SchemaPlans } from './schema-plans.ts'
import { prefixBytes, writePrefix } from './wire-format.ts'

/** From values to bytes: the id of the schema, then what the format writes. */
export class ValueWriting<T> {
  readonly out = new ByteWriter()
  readonly #plans: SchemaPlans<T>

  constructor(plans: SchemaPlans<T>) {
    this.#plans = plans
  }

  toBytes(target: ConvertTarget, { schema, value }: SchemaAndValue): MaybePromise<Uint8Array | null> {
    if ((value === null || value === undefined) && (!schema || schema.optional)) return null
    return after(this.#plans.planFor(schema, target.topic), (plan) => this.#encode(plan, value))
  }

  #encode(plan: Plan<T>, value: unknown): Uint8Array {
    const { out } = this
    out.at = 0
    out.room(prefixBytes)
    writePrefix(out.bytes, 0, plan.id)
    out.at = prefixBytes
    plan.write(out, value)
    return out.take()
  }
}
