/** What is known about a login that was refused. */
export interface RefusedLogin {
  /** What the broker said. */
  readonly reason: string
  /** That the token was signed for. */
  readonly region: string
  /** That the cluster is in, where that is known. */
  readonly clusterRegion?: string | undefined
  readonly accessKeyId: string | undefined
  /** Where the credentials come from, in words. */
  readonly source: string
  /** This machine's clock against AWS's; undefined: not known. */
  readonly skewMs?: number | undefined
  /** What STS says of the credentials: whose they are, or the name of its error; undefined: it wasn't to be asked. */
  readonly identity?: { readonly arn: string } | { readonly error: string } | undefined
  readonly cluster?: string | undefined
}

/** Signatures are refused from five minutes on; much less than that is worth a word already. */
const worthSaying = 30_000
const refusedFrom = 5 * 60_000

/**
 * Sentences on why a login by IAM may have been refused, the surest first. Amazon MSK itself says "Access denied" whatever the reason, so that most comes from
 * elsewhere: the clocks, STS, the regions.
 */
export function adviceFor(login: RefusedLogin): string {
  const { reason, source, accessKeyId } = login
  const key = `access key ${accessKeyId ?? '(none)'} from ${source}`
  const found = clock(login) ?? region(login) ?? byIdentity(login, key) ?? byReason(reason, key)
  const shared = [skewNote(login), identityNote(login)].filter((note) => note !== undefined)
  return [found ?? unknown(login, key), ...shared].join(' ')
}

function clock({ skewMs, reason }: RefusedLogin): string | undefined {
  if (skewMs !== undefined && Math.abs(skewMs) >= refusedFrom) {
    return `This machine's clock is ${inWords(skewMs)} AWS's, and signatures count for 5 minutes around theirs: set the clock (NTP).`
  }
  return /not yet current/i.test(reason)
    ? "The signature is from the future for the broker: this machine's clock is ahead, set it (NTP)."
    : undefined
}

function region({ reason, region: signed, clusterRegion }: RefusedLogin): string | undefined {
  if (clusterRegion !== undefined && clusterRegion !== signed) {
    return `The token was signed for ${signed}, but the cluster is in ${clusterRegion}: set msk.region=${clusterRegion}.`
  }
  return /region|credential scope|wrong host/i.test(reason)
    ? `The token was signed for ${signed}, which isn't the cluster's region: set msk.region to that.`
    : undefined
}

function byIdentity({ identity }: RefusedLogin, key: string): string | undefined {
  if (identity === undefined || 'arn' in identity) return undefined
  switch (identity.error) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return unknownKey(key)
    case 'SignatureDoesNotMatch':
      return wrongSecret(key)
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return `The credentials have ended: renew ${key}.`
    default:
      return undefined
  }
}

/** For brokers that say more than MSK's do. */
function byReason(reason: string, key: string): string | undefined {
  if (/unknown access key/i.test(reason)) return unknownKey(key)
  if (/session token/i.test(reason))
    return `The session token doesn't belong to ${key}: give all three parts of temporary credentials (AWS_SESSION_TOKEN).`
  if (/signature does not match/i.test(reason)) return wrongSecret(key)
  if (/expired|session too short/i.test(reason))
    return `The token was too old when it arrived, or its credentials end too soon: check this machine's clock, and renew ${key}.`
  return undefined
}

const unknownKey = (key: string): string => `AWS doesn't know the key, or it was switched off: check ${key}.`

const wrongSecret = (key: string): string =>
  `The signature isn't good: the secret access key isn't that of ${key}, or something on the way has changed the token.`

function unknown({ cluster, region: signed, identity }: RefusedLogin, key: string): string {
  const who = identity && 'arn' in identity ? identity.arn : key
  return `Check that the IAM policy of ${who} allows kafka-cluster:Connect on ${cluster ?? 'the cluster'} (sluice msk policy prints one), that the cluster is in ${signed}, and this machine's clock.`
}

function skewNote({ skewMs }: RefusedLogin): string | undefined {
  if (skewMs === undefined || Math.abs(skewMs) >= refusedFrom) return undefined
  return Math.abs(skewMs) < worthSaying
    ? "(This machine's clock agrees with AWS's.)"
    : `(This machine's clock is ${inWords(skewMs)} AWS's.)`
}

function identityNote({ identity }: RefusedLogin): string | undefined {
  return identity && 'arn' in identity ? `(To STS these credentials are ${identity.arn}.)` : undefined
}

function inWords(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const minutes = Math.floor(seconds / 60)
  const text = minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
  return `${text} ${skewMs > 0 ? 'ahead of' : 'behind'}`
}
