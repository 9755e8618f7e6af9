import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

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
export function findJdk(need: JdkNeed): Jdk {
  const found = jdks()
  const fits = ({ major }: Jdk) => major >= need.atLeast && major <= (need.atMost ?? Infinity)
  const jdk = found
    .filter(fits)
    .toSorted((a, b) => a.major - b.major)
    .find((each) => hasModules(each, need.modules ?? []))
  if (jdk) return jdk
  const wanted = need.atMost ? `JDK ${need.atLeast} to ${need.atMost}` : `JDK ${need.atLeast} or newer`
  const there = found.map(({ home, major }) => `${major} in ${home}`).join(', ') || 'none'
  throw new Error(
    `${need.server} needs a full ${wanted}; found: ${there}. Install one (Debian: apt install ` +
      `openjdk-${need.atLeast}-jdk-headless; otherwise adoptium.net) and put it on PATH or name it in JAVA_HOME.`,
  )
}

export function javaOf(jdk: Jdk): string {
  return join(jdk.home, 'bin', 'java')
}

/** A tool of the JDK, such as keytool or javac. */
export function javaTool(jdk: Jdk, name: string): string {
  return join(jdk.home, 'bin', name)
}

function jdks(): readonly Jdk[] {
  const homes = candidates().filter((home) => existsSync(join(home, 'bin', 'java')))
  return [...new Set(homes.map((home) => realpathSync(home)))]
    .map((home) => ({ home, major: majorOf(home) }))
    .filter(({ major }) => major > 0)
}

function candidates(): readonly string[] {
  const below = (folder: string, inside = '') =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, inside)) : []
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .filter((path) => existsSync(path))
    .map((path) => dirname(dirname(realpathSync(path))))
  return [
    ...(process.env['JAVA_HOME'] ? [process.env['JAVA_HOME']] : []),
    ...onPath,
    ...below('/usr/lib/jvm'),
    ...below('/opt/java'),
    ...below('/Library/Java/JavaVirtualMachines', 'Contents/Home'),
    ...below(join(homedir(), '.sdkman/candidates/java')),
  ]
}

function majorOf(home: string): number {
  const release = join(home, 'release')
  const told = existsSync(release) ? majorIn(readFileSync(release, 'utf8')) : 0
  if (told > 0) return told
  // prints its version to stderr
  return majorIn(spawnSync(join(home, 'bin', 'java'), ['-version'], { encoding: 'utf8' }).stderr ?? '')
}

/** Of `JAVA_VERSION="17.0.15"` or `openjdk version "25.0.1"`; 0 where there is none. Java 8 called itself 1.8. */
export function majorIn(text: string): number {
  return Number(/(?:^JAVA_VERSION=| version )"(?:1\.)?(\d+)/m.exec(text)?.[1] ?? 0)
}

function hasModules(jdk: Jdk, modules: readonly string[]): boolean {
  if (modules.length === 0) return true
  const listed = spawnSync(javaOf(jdk), ['--list-modules'], { encoding: 'utf8' }).stdout ?? ''
  return modules.every((module) => listed.includes(`${module}@`))
}
