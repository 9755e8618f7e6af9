import { coreSite, hadoopXml, hdfsSite, nameNodePair, singleNameNode } from './hdfs-config.ts'

describe('Hadoop XML', () => {
  it('has one property per setting, escaped', () => {
    expect(hadoopXml({ a: 1, 'b.c': 'x<y & z' })).toBe(
      '<configuration>\n' +
        '  <property><name>a</name><value>1</value></property>\n' +
        '  <property><name>b.c</name><value>x&lt;y &amp; z</value></property>\n' +
        '</configuration>\n',
    )
  })
})

describe('the settings of HDFS', () => {
  it('make the user of the servers the superuser', () => {
    const settings = coreSite({ defaultFs: 'hdfs://127.0.0.1:1', dir: '/hdfs', user: 'ann' })
    expect(settings['hadoop.user.group.static.mapping.overrides']).toMatch(/^ann=supergroup;/)
    expect(settings['hadoop.proxyuser.ann.hosts']).toBe('*')
  })

  it('put the DataNode and the NameNode on their ports', () => {
    expect(hdfsSite({ dir: '/hdfs', dataNode: { transfer: 1, http: 2, ipc: 3 } })).toMatchObject({
      'dfs.datanode.address': '127.0.0.1:1',
      'dfs.datanode.http.address': '127.0.0.1:2',
      'dfs.datanode.ipc.address': '127.0.0.1:3',
      'dfs.datanode.data.dir': 'file:///hdfs/data/datanode',
    })
    expect(singleNameNode({ dir: '/hdfs', rpcPort: 4, httpPort: 5 })).toMatchObject({
      'dfs.namenode.rpc-address': '127.0.0.1:4',
      'dfs.namenode.http-address': '127.0.0.1:5',
    })
  })

  it('name both NameNodes of a pair', () => {
    const pair = nameNodePair('/ha', [
      { id: 'nn1', rpcPort: 1, httpPort: 2 },
      { id: 'nn2', rpcPort: 3, httpPort: 4 },
    ])
    expect(pair).toMatchObject({
      'dfs.nameservices': 'sluice',
      'dfs.ha.namenodes.sluice': 'nn1,nn2',
      'dfs.namenode.rpc-address.sluice.nn2': '127.0.0.1:3',
      'dfs.namenode.http-address.sluice.nn1': '127.0.0.1:2',
      'dfs.namenode.name.dir.sluice.nn2': 'file:///ha/data/nn2',
    })
  })
})
