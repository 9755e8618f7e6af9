import type { GetBootstrapBrokersResponse } from '@aws-sdk/client-kafka'

export type MskAuth = 'iam' | 'scram' | 'tls' | 'none'
export type MskNetwork = 'private' | 'public' | 'vpc'

/** What GetBootstrapBrokers answers: `host:port` lists by login and network. */
export type Bootstrap = Omit<GetBootstrapBrokersResponse, '$metadata'>

const names: Readonly<Record<MskNetwork, Readonly<Partial<Record<MskAuth, keyof Bootstrap>>>>> = {
  private: {
    iam: 'BootstrapBrokerStringSaslIam',
    scram: 'BootstrapBrokerStringSaslScram',
    tls: 'BootstrapBrokerStringTls',
    none: 'BootstrapBrokerString',
  },
  public: {
    iam: 'BootstrapBrokerStringPublicSaslIam',
    scram: 'BootstrapBrokerStringPublicSaslScram',
    tls: 'BootstrapBrokerStringPublicTls',
  },
  vpc: {
    iam: 'BootstrapBrokerStringVpcConnectivitySaslIam',
    scram: 'BootstrapBrokerStringVpcConnectivitySaslScram',
    tls: 'BootstrapBrokerStringVpcConnectivityTls',
  },
}

export interface Choice {
  readonly auth: MskAuth
  /** `host:port`, separated by commas. */
  readonly servers: string
}

/**
 * The addresses for a login and a network. `auth` lists what will do, the best first. Throws an Error that says what the cluster has instead.
 */
export function chooseBootstrap(
  bootstrap: Bootstrap,
  wanted: { readonly auth: readonly MskAuth[]; readonly network: MskNetwork },
): Choice {
  for (const auth of wanted.auth) {
    const servers = serversOf(bootstrap, wanted.network, auth)
    if (servers !== '') return { auth, servers }
  }
  const logins = wanted.auth.length === 1 ? `msk.auth=${wanted.auth[0]}` : 'any login'
  throw new Error(`has no addresses for ${logins} with msk.network=${wanted.network}; ${offered(bootstrap)}`)
}

function serversOf(bootstrap: Bootstrap, network: MskNetwork, auth: MskAuth): string {
  const name = names[network][auth]
  return (name && bootstrap[name]?.toString().trim()) ?? ''
}

function offered(bootstrap: Bootstrap): string {
  const networks = Object.keys(names) as MskNetwork[]
  const found = networks.flatMap((network) => {
    const auths = (['iam', 'scram', 'tls', 'none'] as const).filter(
      (auth) => serversOf(bootstrap, network, auth) !== '',
    )
    return auths.length === 0 ? [] : [`${auths.join(', ')} (msk.network=${network})`]
  })
  if (found.length === 0) return 'it has none at all yet: is it still being created?'
  return `it has those for ${found.join('; ')}. Switch on what is wanted (sluice msk security), or ask for what there is`
}
