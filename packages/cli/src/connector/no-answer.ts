/** Why nothing answers at a worker's address, and what to do. */
export function whyNoAnswer(
  cause: unknown,
  {
    url,
    timeoutMs,
    timedOut,
  }: { readonly url: string; readonly timeoutMs: number; readonly timedOut: boolean },
): string {
  const code = codeOf(cause)
  const reason = reasonOf(cause)
  if (timedOut)
    return `the worker at ${url} gave no answer within ${timeoutMs / 1000} s: is it overloaded? --timeout SECONDS waits longer.`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH') {
    return `no worker answers at ${url} (${reason}). Start one (sluice standalone or sluice distributed), or say where it is: --rest URL, or SLUICE_REST.`
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
    return `the certificate of ${url} is not trusted (${reason}): give the authority's by --cacert FILE; --insecure trusts any.`
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return `${url} speaks no TLS as it should (${reason}): is it http, not https?`
  }
  if (code === 'ECONNRESET' || code.startsWith('HPE_')) {
    return `${url} broke the connection off (${reason}): is it https, not http? Is it a worker?`
  }
  return `the worker at ${url} can't be asked: ${reason}.`
}

interface Failure {
  readonly code?: unknown
  readonly message?: unknown
  /** Several addresses of one name were tried. */
  readonly errors?: readonly unknown[]
}

function codeOf(error: unknown): string {
  const { code, errors } = failureOf(error)
  return code === undefined && errors !== undefined ? codeOf(errors[0]) : typeof code === 'string' ? code : ''
}

function reasonOf(error: unknown): string {
  const { message, errors } = failureOf(error)
  if ((message === undefined || message === '') && errors !== undefined) return reasonOf(errors[0])
  return typeof message === 'string' ? message : String(error)
}

function failureOf(error: unknown): Failure {
  return typeof error === 'object' && error !== null ? error : {}
}
