import type { ClientAuthentication } from '@aws-sdk/client-kafka'

/** How clients log in; a cluster may offer several. */
export type Login = 'iam' | 'scram' | 'tls' | 'none'

export const logins = ['iam', 'scram', 'tls', 'none'] as const satisfies readonly Login[]

/** The whole of it: what isn't asked for is switched off. */
export function clientAuthenticationOf(
  wanted: readonly Login[],
  caArns: readonly string[] = [],
): ClientAuthentication {
  const has = (login: Login): boolean => wanted.includes(login)
  return {
    Sasl: { Scram: { Enabled: has('scram') }, Iam: { Enabled: has('iam') } },
    Tls: { Enabled: has('tls'), ...(caArns.length > 0 && { CertificateAuthorityArnList: [...caArns] }) },
    Unauthenticated: { Enabled: has('none') },
  }
}

/** The logins that a cluster offers. */
export function loginsOf(authentication: ClientAuthentication | undefined): readonly Login[] {
  const { Sasl, Tls, Unauthenticated } = authentication ?? {}
  return [
    ...(Sasl?.Iam?.Enabled ? (['iam'] as const) : []),
    ...(Sasl?.Scram?.Enabled ? (['scram'] as const) : []),
    ...(Tls?.Enabled ? (['tls'] as const) : []),
    ...(Unauthenticated?.Enabled ? (['none'] as const) : []),
  ]
}
