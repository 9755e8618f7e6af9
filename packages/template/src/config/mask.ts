import type { ConfigFields } from './field.ts'
import { wireNames } from './parse.ts'

/** Stands where a secret is not shown. Given back as a value, it means the secret that is there already. */
export const MASK = '********'

/**
 * The settings with secrets masked, for logs and people. Beside declared secrets, keys that end like one (`...password`, `...secret`,
 * `...token`, `sasl.jaas.config`) are masked, whoever they belong to, and so are passwords within URLs. A secret that is nothing but references to
 * config providers (`${file:/run/secrets/db.properties:password}`) is shown: it tells where the secret is, not what it is.
 */
export function maskSecrets(
  fields: ConfigFields,
  settings: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isDeclaredSecret = new Map<string, boolean>()
  const secretPrefixes: string[] = []
  for (const [key, field] of wireNames(fields)) {
    if (field.kind === 'prefix' && field.secret) secretPrefixes.push(key)
    if (field.kind !== 'field') continue
    for (const name of [key, ...(field.aliases ?? [])]) isDeclaredSecret.set(name, field.secret)
  }
  // a prefix takes what no field of its own claims
  const isSecret = (key: string): boolean =>
    looksSecret(key) || (isDeclaredSecret.get(key) ?? secretPrefixes.some((start) => key.startsWith(start)))
  return new Map([...settings].map(([key, value]) => [key, masked(isSecret(key), value)]))
}

function masked(isSecret: boolean, value: string): string {
  if (!isSecret) return maskUrls(value)
  return looksLikeReference(value) ? value : MASK
}

/** Is a value nothing but references as config providers have them, whether or not there are such providers? */
export function looksLikeReference(value: string): boolean {
  return /^(?:\$\{[^{}:]*:[^{}]*\})+$/.test(value.trim())
}

/** Does a key look like a secret's, whoever declares it? */
export function looksSecret(key: string): boolean {
  return /(password|passphrase|secret|token|credentials|api\.?key|sasl\.jaas\.config|keystore\.key)$/i.test(
    key,
  )
}

/** `//user:password@host`, and `password=` among the parameters. */
function maskUrls(value: string): string {
  if (!value.includes(':')) return value
  return value
    .replace(
      /(:\/\/[^\s:/?#@]*:)([^\s/?#]*)(?=@)/g,
      (_, start: string, password: string) => start + masked(true, password),
    )
    .replace(
      /([?&][a-z_]*password=)([^&#\s]*)/gi,
      (_, start: string, password: string) => start + masked(true, password),
    )
}
