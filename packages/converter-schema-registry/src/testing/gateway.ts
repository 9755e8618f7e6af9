import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const password = 'changeit'

/** TLS and a login in front of a real registry, as a company's reverse proxy has them. */
export class Gateway {
  readonly url: string
  /** The file of the certificate that it shows. */
  readonly certificate: string
  readonly #server: Server
  readonly #dir: string

  private constructor(how: { server: Server; dir: string; path: string }) {
    const { port } = how.server.address() as AddressInfo
    this.url = `https://127.0.0.1:${port}${how.path}`
    this.certificate = join(how.dir, 'certificate.pem')
    this.#server = how.server
    this.#dir = how.dir
  }

  static async start(registryUrl: string, login: string): Promise<Gateway> {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-gateway-'))
    await makeKeys(dir)
    const { origin, pathname } = new URL(registryUrl)
    const server = createServer(
      { pfx: readFileSync(join(dir, 'keys.p12')), passphrase: password },
      (call, answer) => {
        if (call.headers.authorization !== `Basic ${Buffer.from(login).toString('base64')}`) {
          answer.writeHead(401, { 'content-type': 'application/json' })
          return answer.end('{"error_code":401,"message":"Unauthorized"}')
        }
        const { authorization: _, host: __, ...headers } = call.headers
        const onward = request(`${origin}${call.url}`, { method: call.method, headers }, (response) => {
          answer.writeHead(response.statusCode!, response.headers)
          response.pipe(answer)
        })
        call.pipe(onward)
      },
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Gateway({ server, dir, path: pathname })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await rm(this.#dir, { recursive: true })
  }
}

async function makeKeys(dir: string): Promise<void> {
  const keystore = join(dir, 'keys.p12')
  const store = ['-keystore', keystore, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'gateway']
  const name = ['-dname', 'CN=gateway', '-ext', 'san=ip:127.0.0.1', '-validity', '2']
  await run('keytool', ['-genkeypair', '-keyalg', 'RSA', ...name, ...store])
  await run('keytool', ['-exportcert', '-rfc', '-file', join(dir, 'certificate.pem'), ...store])
}
