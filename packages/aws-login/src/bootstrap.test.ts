import { type Bootstrap, chooseBootstrap } from './bootstrap.ts'

const bootstrap: Bootstrap = {
  BootstrapBrokerStringTls: 'b-1:9094,b-2:9094',
  BootstrapBrokerStringSaslIam: 'b-1:9098,b-2:9098',
  BootstrapBrokerStringPublicSaslScram: 'b-1-public:9196',
  BootstrapBrokerStringVpcConnectivitySaslIam: 'b-1-vpc:14001',
}

describe('the choice of addresses', () => {
  it.each([
    [['iam', 'tls', 'none'], 'private', 'iam', 'b-1:9098,b-2:9098'],
    [['tls', 'iam'], 'private', 'tls', 'b-1:9094,b-2:9094'],
    [['iam', 'scram'], 'public', 'scram', 'b-1-public:9196'],
    [['iam'], 'vpc', 'iam', 'b-1-vpc:14001'],
  ] as const)('of %j in the %s network', (auth, network, chosen, servers) => {
    expect(chooseBootstrap(bootstrap, { auth, network })).toEqual({ auth: chosen, servers })
  })

  it('says what there is instead', () => {
    expect(() => chooseBootstrap(bootstrap, { auth: ['scram'], network: 'private' })).toThrow(
      'has no addresses for msk.auth=scram with msk.network=private; it has those for iam, tls (msk.network=private); scram (msk.network=public); iam (msk.network=vpc).',
    )
    expect(() => chooseBootstrap({}, { auth: ['iam', 'tls'], network: 'private' })).toThrow(
      'for any login with msk.network=private; it has none at all yet',
    )
  })
})
