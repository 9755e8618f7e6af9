import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

export interface Jdk {
  readonly home: string
  readonly major: number
}

export interface JdkNeed {
  /** Who needs it, for the error. */
  readonly server: string
  readonly atLeast: number
  readonly atMost?: number | undefined
  /** Modules that a trimmed runtime lacks. */
  readonly modules?: readonly string[] | undefined
}

/** The oldest JDK of this machine that fits: servers were tested with what was there when they came out. */
export async function findJdk(need: JdkNeed): Promise<Jdk> {
  const found = await jdks()
  const fitting = found
    .filter(({ major }) => major >= need.atLeast && major <= (need.atMost ?? Infinity))
    .toSorted((a, b) => a.major - b.major)
  for (const jdk of fitting) if (await hasModules(jdk, need.modules ?? [])) return jdk
  const wanted = need.atMost ? `JDK ${need.atLeast} to ${need.atMost}` : `JDK ${need.atLeast} or newer`
  const there = found.map(({ home, major }) => `${major} in ${home}`).join(', ') || 'none'
  throw new Error(
    `${need.server} needs a full ${wanted}; found: ${there}. Install one (Debian: apt install openjdk-17-jdk-headless; ` +
      'otherwise adoptium.net) and put it on PATH or name it in JAVA_HOME.',
  )
}

export function javaOf(jdk: Jdk): string {
  return join(jdk.home, 'bin', 'java')
}

async function jdks(): Promise<readonly Jdk[]> {
  const homes = await Promise.all((await candidates()).map((home) => realpath(home).catch(() => home)))
  const known = [...new Set(homes)].filter((home) => existsSync(join(home, 'bin', 'java')))
  const found = await Promise.all(known.map(async (home) => ({ home, major: await majorOf(home) })))
  return found.filter(({ major }) => major > 0)
}

async function candidates(): Promise<readonly string[]> {
  const below = async (folder: string, inside = '') =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name, inside))
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'java'))
  return [
    ...(process.env['JAVA_HOME'] ? [process.env['JAVA_HOME']] : []),
    ...(await Promise.all(onPath.filter((path) => existsSync(path)).map((path) => realpath(path)))).map(
      (path) => dirname(dirname(path)),
    ),
    ...(await below('/usr/lib/jvm')),
    ...(await below('/opt/java')),
    ...(await below('/Library/Java/JavaVirtualMachines', 'Contents/Home')),
    ...(await below(join(homedir(), '.sdkman/candidates/java'))),
  ]
}

async function majorOf(home: string): Promise<number> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '')
  const told = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(release)?.[1]
  if (told) return Number(told)
  try {
    const { stderr } = await promisify(execFile)(join(home, 'bin', 'java'), [
      '-XshowSettings:properties',
      '-version',
    ])
    return Number(/java\.specification\.version = (\d+)\s/.exec(stderr)?.[1] ?? 0)
  } catch {
    return 0
  }
}

async function hasModules(jdk: Jdk, modules: readonly string[]): Promise<boolean> {
  if (modules.length === 0) return true
  const { stdout } = await promisify(execFile)(javaOf(jdk), ['--list-modules'])
  return modules.every((module) => stdout.includes(`${module}@`))
}
