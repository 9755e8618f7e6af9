import type { FastifyRequest } from 'fastify'

/** The address of a connector, as it is reached by whoever asks. */
export function locationOf(request: Pick<FastifyRequest, 'protocol' | 'host'>, name: string): string {
  return `${request.protocol}://${request.host}/connectors/${pathPart(name)}`
}

/** The same address on another worker, as it is reached here. */
export function locationHere(request: Pick<FastifyRequest, 'protocol' | 'host'>, elsewhere: string): string {
  const url = URL.parse(elsewhere)
  return url === null ? elsewhere : `${request.protocol}://${request.host}${url.pathname}`
}

/** Encoded as little as a path needs (RFC 3986), as Kafka Connect does. */
function pathPart(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /%(?:24|26|2B|2C|3A|3B|3D|40)/g,
    decodeURIComponent,
  )
}
