import { isIP } from 'node:net'
import { RequestError } from '../worker/request-error.ts'

/**
 * Throws 403 for what a stranger's web page makes a browser send: a request of another origin, or one to a name that was pointed at this machine
 * (DNS rebinding). REST has no login, so a browser on the same machine would otherwise lend out its reach. `names`: hosts that REST goes by, beside
 * addresses and localhost; `any` where the operator keeps strangers out otherwise. `allows`: what `access.control.allow.origin` lets in.
 */
export function refuseStrangers(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  { names, allows }: { readonly names: readonly string[] | 'any'; allows(origin: string): boolean },
): void {
  const host = hostOf(`http://${headers.host ?? 'localhost'}`)
  if (names !== 'any' && !goesBy(host, names)) {
    throw new RequestError(
      403,
      `REST does not go by the name ${headers.host}; set rest.advertised.host.name if it should.`,
    )
  }
  const { origin } = headers
  if (origin === undefined || origin === `http://${headers.host}` || origin === `https://${headers.host}`)
    return
  if (allows(origin)) return
  throw new RequestError(
    403,
    `Pages of ${origin} may not use this REST API; access.control.allow.origin lets them.`,
  )
}

function goesBy(host: string | undefined, names: readonly string[]): boolean {
  return host !== undefined && (isIP(host) > 0 || host === 'localhost' || names.includes(host))
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .toLowerCase()
}
