import type { Logger } from '@sluice/template'

const slowMs = 30_000

/** The outcome of a call of the connector's code. Where it takes long, the status says so meanwhile, and the log once. */
export async function tellIfSlow<T>(
  call: string,
  answer: Promise<T>,
  to: { readonly log: Logger; readonly detail: (text: string | undefined) => void },
): Promise<T> {
  let isSlow = false
  const timer = setTimeout(() => {
    isSlow = true
    const text = `The connector's ${call} has given no answer for ${slowMs / 1000} s: does the other side answer?`
    to.log.warn({}, text)
    to.detail(text)
  }, slowMs)
  timer.unref()
  try {
    return await answer
  } finally {
    clearTimeout(timer)
    if (isSlow) to.detail(undefined)
  }
}
