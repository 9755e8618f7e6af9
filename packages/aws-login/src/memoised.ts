/** AWS credentials. */
export interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Absent: they don't end. */
  readonly expiration?: Date
}

export interface Loaded {
  /** The same ones until they have to be renewed. Rejects where there are none, or none that last. */
  (): Promise<KeyPair>
  /** After a refusal: looks whether there are others by now. Those that end by themselves aren't looked for before that. */
  renew(): Promise<boolean>
}

/** A token is good for 15 minutes, and shouldn't outlive the credentials that it was signed with. */
const tokenLifeMs = 15 * 60_000
/** Credentials without an end may have been replaced where they came from. */
const lookAgainMs = 5 * 60_000
/** A login with credentials that end sooner would be over before it could be renewed. */
const leastLifeMs = 5000

/**
 * Loads credentials when they are asked for first, and others in time before they end. Callers at the same time share one load; where others can't be had, the old
 * ones do as long as they last.
 */
export function loadedOnce(load: () => Promise<KeyPair>, now: () => number = () => Date.now()): Loaded {
  let current: { readonly keys: KeyPair; readonly renewAt: number } | undefined
  let loading: Promise<KeyPair> | undefined

  const loadOthers = async (): Promise<KeyPair> => {
    const keys = await load()
    const left = leftOf(keys, now())
    if (left < leastLifeMs) throw tooShort(keys, left)
    const early = Math.min(tokenLifeMs, left / 2)
    current = { keys, renewAt: now() + (left === Infinity ? lookAgainMs : left - early) }
    return keys
  }
  const others = (): Promise<KeyPair> => {
    loading ??= loadOthers().finally(() => {
      loading = undefined
    })
    return loading
  }
  const get = async (): Promise<KeyPair> => {
    if (current && now() < current.renewAt) return current.keys
    const old = current?.keys
    try {
      return await others()
    } catch (error) {
      if (old && leftOf(old, now()) >= leastLifeMs) return old
      throw error
    }
  }
  const renew = async (): Promise<boolean> => {
    const before = current?.keys
    if (before?.expiration && leftOf(before, now()) > 0) return false
    const after = await others()
    return before?.accessKeyId !== after.accessKeyId || before?.secretAccessKey !== after.secretAccessKey
  }
  return Object.assign(get, { renew })
}

function leftOf({ expiration }: KeyPair, at: number): number {
  return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - at
}

function tooShort({ accessKeyId }: KeyPair, leftMs: number): Error {
  const when = leftMs <= 0 ? 'have ended' : `end in ${Math.ceil(leftMs / 1000)} s`
  return new Error(
    `The AWS credentials (access key ${accessKeyId}) ${when}, and there are no newer ones where they come from: renew them there.`,
  )
}
