import { readHadoopConf } from './hadoop-conf.ts'

/** Where HDFS is, as addresses of WebHDFS. */
export interface Store {
  /** Each ends in `/webhdfs/v1`. */
  readonly nameNodes: readonly URL[]
  /** The folder that store.url names, without a slash at the end: "" for the root. */
  readonly root: string
}

export interface StoreSettings {
  readonly storeUrl: string
  readonly webhdfsUrl: readonly string[]
  readonly hadoopConfDir: string
}

const restPath = '/webhdfs/v1'

/**
 * The NameNodes' addresses: from webhdfs.url, else from the files in hadoop.conf.dir, else port 9870 of the host in store.url. Throws an
 * Error that says what to set where none is found.
 */
export function resolveStore(settings: StoreSettings): Store {
  const conf = settings.hadoopConfDir === '' ? undefined : readHadoopConf(settings.hadoopConfDir)
  const address = settings.storeUrl === '' ? (conf?.defaultFs ?? '') : settings.storeUrl
  const store = address === '' ? undefined : parse(address, 'store.url')
  if (settings.webhdfsUrl.length > 0) {
    const nameNodes = settings.webhdfsUrl.map((text) => restBase(parse(text, 'webhdfs.url')))
    return { nameNodes, root: store === undefined ? '' : rootOf(store) }
  }
  if (store === undefined) {
    throw new Error(
      'Set store.url (such as hdfs://namenode:8020), or webhdfs.url (such as http://namenode:9870).',
    )
  }
  if (store.protocol !== 'hdfs:') return { nameNodes: [restBase(store)], root: rootOf(store) }
  const known = conf?.webAddresses(store.host) ?? []
  const nameNodes = known.length > 0 ? known : [`http://${store.hostname}:9870`]
  return { nameNodes: nameNodes.map((text) => restBase(new URL(text))), root: rootOf(store) }
}

function parse(text: string, setting: string): URL {
  const found = /^(hdfs|webhdfs|swebhdfs|https?):\/\/([^/]+)(\/.*)?$/.exec(text)
  if (found === null || !URL.canParse(`http://${found[2]}`)) {
    throw new Error(
      `${setting} must start with hdfs://, webhdfs://, swebhdfs://, http:// or https:// and a host, not "${text}".`,
    )
  }
  return new URL(text)
}

function restBase(url: URL): URL {
  const secure = url.protocol === 'https:' || url.protocol === 'swebhdfs:'
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:'
  const defaultPort = secure ? '9871' : '9870'
  // A plain web address keeps the web's own port: gateways listen there.
  const port = url.port === '' && !isHttp ? defaultPort : url.port
  return new URL(`${secure ? 'https' : 'http'}://${url.hostname}${port === '' ? '' : `:${port}`}${restPath}`)
}

function rootOf(url: URL): string {
  const path = decodeURIComponent(url.pathname).replace(/\/+$/, '')
  const isRest = path === restPath || path.startsWith(`${restPath}/`)
  return isRest ? path.slice(restPath.length) : path
}
