import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Authority {
  /** PEM of whom to trust. */
  readonly ca: string
  /** PEM of the key and the certificate of a server on localhost. */
  readonly server: string
}

/** Makes an authority, and a server's certificate that it has signed, in a folder. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const openssl = (text: string): void =>
    void execFileSync('openssl', text.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const at = (name: string): string => join(folder, name)
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Ca')
  openssl('req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost')
  await writeFile(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl(
    'x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -days 2 -out server.crt',
  )
  await writeFile(
    at('server.pem'),
    (await readFile(at('server.key'), 'utf8')) + (await readFile(at('server.crt'), 'utf8')),
  )
  return { ca: at('ca.pem'), server: at('server.pem') }
}
