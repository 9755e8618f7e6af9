import type { Json } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import type { ConnectorOffset, OffsetMap } from '../worker/connectors.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'
import { refuseUnknownFields } from './bad-request.ts'

interface Named {
  Params: { name: string }
}

/** Where connectors stand (KIP-875). */
export function offsetRoutes(app: FastifyInstance, worker: Worker): void {
  app.get<Named>('/connectors/:name/offsets', async ({ params }) => ({
    offsets: await connectorsHere(worker).offsets(params.name),
  }))

  app.patch<Named>('/connectors/:name/offsets', async ({ params, body }) => ({
    message: await connectorsHere(worker).alterOffsets(params.name, offsetsOf(body)),
  }))

  app.delete<Named>('/connectors/:name/offsets', async ({ params }) => ({
    message: await connectorsHere(worker).resetOffsets(params.name),
  }))
}

function offsetsOf(body: unknown): readonly ConnectorOffset[] {
  const { offsets } = refuseUnknownFields(body, ['offsets'], 'The body')
  if (offsets === undefined || offsets === null || (Array.isArray(offsets) && offsets.length === 0)) {
    throw new RequestError(400, 'Partitions / offsets need to be provided for an alter offsets request')
  }
  if (!Array.isArray(offsets)) throw new RequestError(400, '"offsets" must be a list.')
  return offsets.map((one: unknown, index) => {
    const what = `offsets[${index}]`
    const { partition, offset } = refuseUnknownFields(one, ['partition', 'offset'], what)
    if (partition === null || partition === undefined) {
      throw new RequestError(400, `${what}: the partition of an offset cannot be null or missing`)
    }
    return {
      partition: mapOf(partition, `${what}: the partition`),
      offset: offset === null || offset === undefined ? null : mapOf(offset, `${what}: the offset`),
    }
  })
}

function mapOf(value: Json, what: string): OffsetMap {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as OffsetMap
  throw new RequestError(400, `${what} must be an object`)
}
