import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePorts, type HdfsServer, ownFolder, startHdfs } from '@sluice/testkit/services'

const run = promisify(execFile)
const password = 'changeit'

export interface TlsHdfs {
  readonly hdfs: HdfsServer
  /** `swebhdfs://127.0.0.1:PORT`. */
  readonly url: string
  /** What its servers show, signed by itself; PEM. */
  readonly certificate: string
}

/** A NameNode and a DataNode that answer by TLS too. */
export async function startTlsHdfs(): Promise<TlsHdfs> {
  const dir = ownFolder('hdfs-tls')
  const conf = join(dir, 'conf')
  await mkdir(conf, { recursive: true })
  const keyStore = join(conf, 'key.p12')
  const certificate = await makeKey(keyStore, join(conf, 'certificate.pem'))
  for (const side of ['server', 'client'])
    await writeFile(join(conf, `ssl-${side}.xml`), stores(side, keyStore))
  const [nameNode, dataNode] = await freePorts(2)
  const hdfs = await startHdfs({
    dir,
    settings: {
      'dfs.http.policy': 'HTTP_AND_HTTPS',
      'dfs.namenode.https-address': `127.0.0.1:${nameNode}`,
      'dfs.datanode.https.address': `127.0.0.1:${dataNode}`,
    },
  })
  return { hdfs, url: `swebhdfs://127.0.0.1:${nameNode}`, certificate }
}

async function makeKey(keyStore: string, certificate: string): Promise<string> {
  const store = ['-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'hdfs']
  const names = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1']
  await run('keytool', ['-genkeypair', '-keyalg', 'RSA', '-validity', '30', ...names, ...store])
  await run('keytool', ['-exportcert', '-rfc', '-file', certificate, ...store])
  return await readFile(certificate, 'utf8')
}

/** The servers trust the key that they show themselves. */
function stores(side: string, keyStore: string): string {
  const settings = ['keystore', 'truststore'].flatMap((store) => [
    [`ssl.${side}.${store}.location`, keyStore],
    [`ssl.${side}.${store}.type`, 'pkcs12'],
    [`ssl.${side}.${store}.password`, password],
  ])
  settings.push([`ssl.${side}.keystore.keypassword`, password])
  const properties = settings.map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  )
  return `<configuration>${properties.join('')}</configuration>`
}
