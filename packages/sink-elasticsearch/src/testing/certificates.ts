import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Files in PEM. */
export interface Certificates {
  readonly authority: string
  /** For `127.0.0.1`, signed by the authority, good for servers and clients. */
  readonly certificate: string
  readonly key: string
}

/** An authority of its own and a certificate that it signed, made by openssl. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  await mkdir(dir, { recursive: true })
  const file = (name: string): string => join(dir, name)
  const openssl = (...args: string[]) => run('openssl', args)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout']
  const authority = file('authority.pem')
  const authorityKey = file('authority-key.pem')
  const key = file('key.pem')
  const certificate = file('certificate.pem')
  const request = file('request.pem')
  const names = file('names.txt')
  await openssl(
    'req',
    '-x509',
    ...newKey,
    authorityKey,
    '-out',
    authority,
    '-days',
    '30',
    '-subj',
    '/CN=ours',
  )
  await openssl('req', ...newKey, key, '-out', request, '-subj', '/CN=elasticsearch')
  await writeFile(names, 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n')
  const signed = ['-in', request, '-out', certificate, '-days', '30', '-extfile', names]
  await openssl('x509', '-req', ...signed, '-CA', authority, '-CAkey', authorityKey, '-CAcreateserial')
  return { authority, certificate, key }
}
