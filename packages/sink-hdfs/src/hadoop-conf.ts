import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface HadoopConf {
  /** `fs.defaultFS`, such as `hdfs://nameservice`. */
  readonly defaultFs: string | undefined
  /** The web addresses of the NameNodes behind an authority of an hdfs:// URL: a name service, or a host with its RPC port. */
  webAddresses(authority: string): string[]
}

/** Reads core-site.xml and hdfs-site.xml of a folder. Throws where neither is there. */
export function readHadoopConf(folder: string): HadoopConf {
  const paths = ['core-site.xml', 'hdfs-site.xml']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
  if (paths.length === 0) {
    throw new Error(`hadoop.conf.dir: there is neither core-site.xml nor hdfs-site.xml in ${folder}.`)
  }
  return hadoopConf(paths.map((path) => readFileSync(path, 'utf8')))
}

/** The same from the files' text; later files overrule earlier ones. */
export function hadoopConf(files: readonly string[]): HadoopConf {
  const properties = new Map(files.flatMap(propertiesOf))
  return {
    defaultFs: properties.get('fs.defaultFS') ?? properties.get('fs.default.name'),
    webAddresses: (authority) => webAddresses(properties, authority),
  }
}

type Properties = ReadonlyMap<string, string>

function propertiesOf(xml: string): [string, string][] {
  const text = xml.replace(/<!--[\s\S]*?-->/g, '')
  return [...text.matchAll(/<property>([\s\S]*?)<\/property>/g)].flatMap(([, inner]) => {
    const name = textOf(inner!, 'name')
    return name === undefined ? [] : [[name, textOf(inner!, 'value') ?? ''] as [string, string]]
  })
}

function textOf(xml: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(xml)?.[1]?.trim()
  return found?.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '')
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function webAddresses(properties: Properties, authority: string): string[] {
  const secure = properties.get('dfs.http.policy') === 'HTTPS_ONLY'
  const key = secure ? 'dfs.namenode.https-address' : 'dfs.namenode.http-address'
  return suffixesFor(properties, authority).flatMap((suffix) => {
    const address = properties.get(key + suffix)
    const rpc = properties.get(`dfs.namenode.rpc-address${suffix}`) ?? authority
    // An address of all interfaces is meant for the server; its name is that of its RPC address.
    const reachable = address?.replace(/^0\.0\.0\.0/, rpc.replace(/:\d+$/, ''))
    return reachable === undefined ? [] : [`${secure ? 'https' : 'http'}://${reachable}`]
  })
}

/** What follows the keys of the NameNodes meant: `.service.nn1`, `.service`, or nothing. */
function suffixesFor(properties: Properties, authority: string): string[] {
  const services = listOf(properties.get('dfs.nameservices'))
  const all = services.flatMap((service) => {
    const nodes = listOf(properties.get(`dfs.ha.namenodes.${service}`))
    const suffixes = nodes.length === 0 ? [`.${service}`] : nodes.map((node) => `.${service}.${node}`)
    return suffixes.map((suffix) => ({ service, suffix }))
  })
  const ofService = all.filter(({ service }) => service === authority)
  if (ofService.length > 0) return ofService.map(({ suffix }) => suffix)
  const ofAddress = all.filter(
    ({ suffix }) => properties.get(`dfs.namenode.rpc-address${suffix}`) === authority,
  )
  if (ofAddress.length > 0) return ofAddress.map(({ suffix }) => suffix)
  const rpc =
    properties.get('dfs.namenode.rpc-address') ?? properties.get('fs.defaultFS')?.replace(/^\w+:\/\//, '')
  return rpc === undefined || rpc.replace(/\/.*$/, '') === authority ? [''] : []
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
}
