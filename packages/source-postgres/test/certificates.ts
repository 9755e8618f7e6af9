import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Certificates in files, by openssl. */
export interface Authority {
  /** Of the authority itself. */
  readonly certificate: string
  /** A certificate for a name, which for a server is its host. */
  issue(name: string): Promise<Issued>
}

export interface Issued {
  readonly certificate: string
  /** PEM. */
  readonly key: string
  /** The same as PKCS #8 in DER, as Java programs have it, under the password `secret`. */
  readonly encryptedKey: string
}

export async function authority(dir: string, name: string): Promise<Authority> {
  await mkdir(dir, { recursive: true })
  const [key, certificate] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)]
  await openssl('req', '-x509', ...NEW_KEY, '-keyout', key, '-out', certificate, '-subj', `/CN=${name}`)
  return {
    certificate,
    issue: async (subject) => {
      const base = join(dir, `${name}-${subject}`)
      const issued = { key: `${base}.key`, certificate: `${base}.crt`, encryptedKey: `${base}.pk8` }
      const [request, extensions] = [`${base}.csr`, `${base}.ext`]
      await openssl('req', ...NEW_KEY, '-keyout', issued.key, '-out', request, '-subj', `/CN=${subject}`)
      await writeFile(extensions, `subjectAltName=DNS:${subject}\n`)
      const by = ['-CA', certificate, '-CAkey', key, '-CAcreateserial', '-extfile', extensions]
      await openssl('x509', '-req', '-in', request, '-out', issued.certificate, '-days', '2', ...by)
      const encrypted = ['-topk8', '-outform', 'DER', '-v2', 'aes-256-cbc', '-passout', 'pass:secret']
      await openssl('pkcs8', ...encrypted, '-in', issued.key, '-out', issued.encryptedKey)
      return issued
    },
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

async function openssl(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('openssl', [...args])
}
