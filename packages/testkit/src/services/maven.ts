import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { run } from './command.ts'
import { versions } from './versions.ts'

/** `group:artifact:version`. */
export type Artifact = `${string}:${string}:${string}`

/** A folder with the jars of these artifacts and of all that they need, from Maven Central by way of the cache. */
export function mavenJars(
  name: string,
  artifacts: readonly Artifact[],
  signal?: AbortSignal,
): Promise<string> {
  return download(name, { goal: 'copy-dependencies', artifacts, args: ['-DincludeScope=runtime'], signal })
}

/** A folder with the unpacked content of one zip, from Maven Central by way of the cache. */
export function mavenZip(name: string, artifact: Artifact, signal?: AbortSignal): Promise<string> {
  return mavenArchive(name, `${artifact}:zip`, signal)
}

/** The same of any archive: `group:artifact:version:type`, and `:classifier` where it has one. */
export function mavenArchive(
  name: string,
  artifact: `${Artifact}:${string}`,
  signal?: AbortSignal,
): Promise<string> {
  return download(name, { goal: 'unpack', artifacts: [], args: [`-Dartifact=${artifact}`], signal })
}

interface Download {
  readonly goal: 'copy-dependencies' | 'unpack'
  readonly artifacts: readonly Artifact[]
  readonly args: readonly string[]
  readonly signal: AbortSignal | undefined
}

function download(name: string, { goal, artifacts, args, signal }: Download): Promise<string> {
  const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}`
  return cached(
    name,
    async (folder) => {
      // the plugin writes its notes beside the project, so that it has to have one
      const pom = join(folder, 'pom.xml')
      await writeFile(pom, pomOf(artifacts))
      await run({
        command: maven(),
        args: ['-B', '-ntp', '-f', pom, `${plugin}:${goal}`, `-DoutputDirectory=${folder}`, ...args],
        task: `download ${name} from Maven Central`,
        logFile: join(cacheRoot(), 'logs', `${name}.log`),
        signal,
      })
    },
    signal,
  )
}

export function pomOf(artifacts: readonly Artifact[]): string {
  const dependency = (artifact: Artifact) => {
    const [group, id, version] = artifact.split(':')
    return `    <dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`
  }
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice</groupId>
  <artifactId>services</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${artifacts.map(dependency).join('\n')}
  </dependencies>
</project>
`
}

function maven(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'mvn'))
    .find((path) => existsSync(path))
  if (found) return found
  throw new Error(
    'there is no mvn on PATH, which fetches the servers from Maven Central. Install Maven 3.8 or newer ' +
      '(Debian: apt install maven; macOS: brew install maven).',
  )
}
