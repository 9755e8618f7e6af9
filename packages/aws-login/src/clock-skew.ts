/**
 * By how much this machine's clock is ahead of another's (behind: negative), in milliseconds, as its HTTP `Date` tells to the second. Undefined where it
 * isn't to be had soon.
 */
export async function clockSkewMs(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const asked = Date.now()
    // any answer will do, also a refusal
    const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal })
    const answered = Date.now()
    const theirs = Date.parse(answer.headers.get('date') ?? '')
    // cut to seconds there: half a second later on average
    return Number.isNaN(theirs) ? undefined : Math.round((asked + answered) / 2 - (theirs + 500))
  } catch {
    return undefined
  }
}
