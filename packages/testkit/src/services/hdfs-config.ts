export type Settings = Readonly<Record<string, string | number | boolean>>

/** Hadoop's configuration format. */
export function hadoopXml(settings: Settings): string {
  const lines = Object.entries(settings).map(
    ([name, value]) =>
      `  <property><name>${escapeXml(name)}</name><value>${escapeXml(String(value))}</value></property>\n`,
  )
  return `<configuration>\n${lines.join('')}</configuration>\n`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** `user` is the superuser: the one whom the servers run as. Users needn't exist in the system. */
export function coreSite({
  defaultFs,
  dir,
  user,
}: {
  readonly defaultFs: string
  readonly dir: string
  readonly user: string
}): Settings {
  return {
    'fs.defaultFS': defaultFs,
    'hadoop.tmp.dir': `${dir}/data/tmp`,
    [`hadoop.proxyuser.${user}.hosts`]: '*',
    [`hadoop.proxyuser.${user}.groups`]: '*',
    'hadoop.user.group.static.mapping.overrides': `${user}=supergroup;alice=alice,users;bob=bob,users;dr.who=`,
  }
}

export interface DataNodePorts {
  readonly transfer: number
  readonly http: number
  readonly ipc: number
}

/** What a NameNode and a DataNode of one machine have in common, alone or in an HA pair. */
export function hdfsSite({
  dir,
  dataNode,
}: {
  readonly dir: string
  readonly dataNode: DataNodePorts
}): Settings {
  return {
    'dfs.replication': 1,
    'dfs.datanode.data.dir': `file://${dir}/data/datanode`,
    'dfs.datanode.address': `127.0.0.1:${dataNode.transfer}`,
    'dfs.datanode.http.address': `127.0.0.1:${dataNode.http}`,
    'dfs.datanode.ipc.address': `127.0.0.1:${dataNode.ipc}`,
    'dfs.datanode.hostname': '127.0.0.1',
    'dfs.namenode.datanode.registration.ip-hostname-check': false,
    'dfs.webhdfs.enabled': true,
    'dfs.permissions.enabled': true,
    'dfs.namenode.acls.enabled': true,
    'dfs.namenode.fs-limits.min-block-size': 1_024,
    'dfs.namenode.safemode.extension': 0,
    // a DataNode that is gone is noticed after 20 s, rather than after ten minutes
    'dfs.heartbeat.interval': 1,
    'dfs.namenode.heartbeat.recheck-interval': 5_000,
    'dfs.namenode.stale.datanode.interval': 15_000,
    'dfs.namenode.lease-hard-limit-sec': 120,
    // the edit log is safe against kill -9 without, and only that happens here
    'dfs.namenode.edits.noeditlogchannelflush': true,
    // the DataNode, which is the client of a WebHDFS write, would wait 400 ms at every close
    'dfs.client.block.write.locateFollowingBlock.initial.delay.ms': 10,
  }
}

export function singleNameNode({
  dir,
  rpcPort,
  httpPort,
}: {
  readonly dir: string
  readonly rpcPort: number
  readonly httpPort: number
}): Settings {
  return {
    'dfs.namenode.name.dir': `file://${dir}/data/namenode`,
    'dfs.namenode.rpc-address': `127.0.0.1:${rpcPort}`,
    'dfs.namenode.http-address': `127.0.0.1:${httpPort}`,
    'dfs.namenode.secondary.http-address': '127.0.0.1:0',
  }
}

export const nameservice = 'sluice'

export interface NameNodeAddress {
  readonly id: string
  readonly rpcPort: number
  readonly httpPort: number
}

/** Two NameNodes with their edits in a shared folder and failover by hand: no ZooKeeper, no journal nodes. */
export function nameNodePair(dir: string, nameNodes: readonly NameNodeAddress[]): Settings {
  const perNode = nameNodes.flatMap(({ id, rpcPort, httpPort }) => [
    [`dfs.namenode.rpc-address.${nameservice}.${id}`, `127.0.0.1:${rpcPort}`],
    [`dfs.namenode.http-address.${nameservice}.${id}`, `127.0.0.1:${httpPort}`],
    [`dfs.namenode.name.dir.${nameservice}.${id}`, `file://${dir}/data/${id}`],
  ])
  return {
    'dfs.nameservices': nameservice,
    [`dfs.ha.namenodes.${nameservice}`]: nameNodes.map(({ id }) => id).join(','),
    ...Object.fromEntries(perNode),
    'dfs.namenode.shared.edits.dir': `file://${dir}/data/shared-edits`,
    [`dfs.client.failover.proxy.provider.${nameservice}`]:
      'org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider',
    'dfs.ha.automatic-failover.enabled': false,
    // a NameNode that was killed can't be asked to step back: its death is taken on trust
    'dfs.ha.fencing.methods': 'shell(/bin/true)',
    'dfs.ha.tail-edits.period': '1s',
    'dfs.ha.log-roll.period': '10s',
    'dfs.ha.nn.not-become-active-in-safemode': false,
  }
}
