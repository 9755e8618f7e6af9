import { hadoopConf } from './hadoop-conf.ts'
import { resolveStore } from './store-url.ts'

const at = (storeUrl: string, ...webhdfsUrl: string[]): { nameNodes: string[]; root: string } => {
  const { nameNodes, root } = resolveStore({ storeUrl, webhdfsUrl, hadoopConfDir: '' })
  return { nameNodes: nameNodes.map(String), root }
}

describe('where HDFS is', () => {
  it.each([
    ['hdfs://nn:8020', 'http://nn:9870/webhdfs/v1', ''],
    ['hdfs://nn/lake/', 'http://nn:9870/webhdfs/v1', '/lake'],
    ['webhdfs://nn:50070/a/b', 'http://nn:50070/webhdfs/v1', '/a/b'],
    ['webhdfs://nn', 'http://nn:9870/webhdfs/v1', ''],
    ['swebhdfs://nn', 'https://nn:9871/webhdfs/v1', ''],
    ['http://gateway:14000', 'http://gateway:14000/webhdfs/v1', ''],
    ['https://gateway/webhdfs/v1/lake', 'https://gateway/webhdfs/v1', '/lake'],
  ])('%s is %s', (url, nameNode, root) => {
    expect(at(url)).toEqual({ nameNodes: [nameNode], root })
  })

  it('is what webhdfs.url says, in the folder that store.url names', () => {
    expect(at('hdfs://service/lake', 'http://a:1', 'http://b:2/webhdfs/v1')).toEqual({
      nameNodes: ['http://a:1/webhdfs/v1', 'http://b:2/webhdfs/v1'],
      root: '/lake',
    })
    expect(at('', 'http://a:1').root).toBe('')
  })

  it.each(['file:///tmp', 's3://bucket', 'namenode:8020', 'hdfs://'])('is not %s', (url) => {
    expect(() => at(url)).toThrow(/store.url must start with hdfs:/)
  })

  it('must be said', () => {
    expect(() => at('')).toThrow(/Set store.url/)
  })
})

function conf(properties: Readonly<Record<string, string>>): ReturnType<typeof hadoopConf> {
  const inner = Object.entries(properties).map(
    ([name, value]) =>
      `<property>\n<name>${name}</name>\n<value>${value}</value><final>true</final></property>`,
  )
  return hadoopConf([
    `<?xml version="1.0"?><configuration><!-- <property></property> -->${inner.join('\n')}</configuration>`,
  ])
}

describe("Hadoop's own files", () => {
  const pair = conf({
    'fs.defaultFS': 'hdfs://prod',
    'dfs.nameservices': 'prod, other',
    'dfs.ha.namenodes.prod': 'nn1, nn2',
    'dfs.namenode.rpc-address.prod.nn1': 'a:8020',
    'dfs.namenode.http-address.prod.nn1': 'a:9870',
    'dfs.namenode.https-address.prod.nn1': 'a:9871',
    'dfs.namenode.rpc-address.prod.nn2': 'b:8020',
    'dfs.namenode.http-address.prod.nn2': '0.0.0.0:9870',
    'dfs.namenode.http-address.other': 'c:9870',
  })

  it('name both NameNodes of a service', () => {
    expect(pair.defaultFs).toBe('hdfs://prod')
    expect(pair.webAddresses('prod')).toEqual(['http://a:9870', 'http://b:9870'])
    expect(pair.webAddresses('other')).toEqual(['http://c:9870'])
  })

  it('name the one whose RPC address is given', () => {
    expect(pair.webAddresses('b:8020')).toEqual(['http://b:9870'])
    expect(pair.webAddresses('elsewhere:8020')).toEqual([])
  })

  it('name a NameNode alone', () => {
    const alone = conf({ 'dfs.namenode.rpc-address': 'a:8020', 'dfs.namenode.http-address': 'a:1' })
    expect(alone.webAddresses('a:8020')).toEqual(['http://a:1'])
    expect(alone.webAddresses('b:8020')).toEqual([])
  })

  it('lead to TLS where nothing else is allowed', () => {
    const secure = conf({ 'dfs.http.policy': 'HTTPS_ONLY', 'dfs.namenode.https-address': 'a:9871' })
    expect(secure.webAddresses('a:8020')).toEqual(['https://a:9871'])
  })
})
