import { readFile } from 'node:fs/promises'
import type { RestAccess } from './rest-client.ts'
import { UsageError } from './usage-error.ts'

export interface RestFlags {
  readonly rest?: string
  readonly user?: string
  readonly passwordFile?: string
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly insecure?: true
  /** Seconds. */
  readonly timeout?: number
}

export const usualAddress = 'http://127.0.0.1:8083'
const usualTimeoutMs = 30_000

/** How to reach a worker's REST: by flags, else by SLUICE_REST, SLUICE_REST_USER and SLUICE_REST_PASSWORD. Rejects with a UsageError. */
export async function restAccess(
  flags: RestFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RestAccess> {
  const { url, user, password } = addressOf(flags.rest ?? env['SLUICE_REST'] ?? usualAddress)
  const name = flags.user ?? user ?? env['SLUICE_REST_USER']
  const file = flags.passwordFile
  const secret = file === undefined ? (password ?? env['SLUICE_REST_PASSWORD']) : (await text(file)).trimEnd()
  if (name === undefined && file !== undefined) {
    throw new UsageError('--password-file is given without a user: give --user NAME, too.')
  }
  const [ca, cert, key] = await Promise.all(
    [flags.cacert, flags.cert, flags.key].map(async (one) => (one === undefined ? undefined : text(one))),
  )
  return {
    url,
    ...(name !== undefined && { login: { name, password: secret ?? '' } }),
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(flags.insecure && { rejectUnauthorized: false }),
    },
    timeoutMs: flags.timeout === undefined ? usualTimeoutMs : flags.timeout * 1000,
  }
}

function addressOf(given: string): { url: string; user?: string; password?: string } {
  const parsed = URL.parse(/^[\w.-]+:\d+$/.test(given) ? `http://${given}` : given)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(`--rest takes the address of a worker, such as ${usualAddress}, not "${given}".`)
  }
  const { username, password } = parsed
  parsed.username = ''
  parsed.password = ''
  const url = parsed.href.replace(/\/$/, '')
  if (username === '') return { url }
  return { url, user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${file} can't be read: ${reason}`, { cause })
  }
}
