import type { HostServices } from '../worker/in-process-host.ts'
import type { ServiceRequest, ToThread } from './messages.ts'
import { toPlainError } from './plain-error.ts'

/** Does what a thread asks of the worker, and answers. Never rejects. */
export async function serveRequest(
  services: Pick<HostServices, 'offsets' | 'reach' | 'resolve'>,
  call: number,
  request: ServiceRequest,
): Promise<ToThread> {
  try {
    return { type: 'answer', call, value: await serve(services, request) }
  } catch (error) {
    return { type: 'answer', call, error: toPlainError(error) }
  }
}

async function serve(
  { offsets, reach, resolve }: Pick<HostServices, 'offsets' | 'reach' | 'resolve'>,
  request: ServiceRequest,
): Promise<unknown> {
  switch (request.service) {
    case 'offsets.get':
      return offsets.get(request.connector, request.partitions)
    case 'offsets.set':
      return offsets.set(request.connector, request.offsets)
    case 'offsets.all':
      return offsets.all(request.connector)
    case 'offsets.identity':
      return offsets.identity()
    case 'resolve':
      return resolve(request)
    case 'token':
      return reach.token?.(request.login)
    case 'rediscover':
      return reach.rediscover?.()
    case 'refused':
      return reach.refused?.(request.reason, request.login)
  }
}
