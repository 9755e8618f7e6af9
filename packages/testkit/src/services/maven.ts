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
  return cached(
    name,
    async (folder) => {
      const pom = `${folder}.pom.xml`
      await writeFile(pom, pomOf(artifacts))
      await maven(
        ['-f', pom, goal('copy-dependencies'), `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'],
        {
          task: `download ${name} from Maven Central`,
          name,
          signal,
        },
      )
    },
    signal,
  )
}

/** A folder with the unpacked content of one zip, from Maven Central by way of the cache. */
export function mavenZip(name: string, artifact: Artifact, signal?: AbortSignal): Promise<string> {
  return cached(
    name,
    (folder) =>
      maven([goal('unpack'), `-Dartifact=${artifact}:zip`, `-DoutputDirectory=${folder}`], {
        task: `download ${name} from Maven Central`,
        name,
        signal,
      }),
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

function goal(name: string): string {
  return `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:${name}`
}

async function maven(
  args: readonly string[],
  {
    task,
    name,
    signal,
  }: { readonly task: string; readonly name: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, 'mvn')))
  if (!onPath) {
    throw new Error(
      `could not ${task}: there is no mvn on PATH. Install Maven 3.8 or newer (Debian: apt install maven; macOS: brew install maven).`,
    )
  }
  const logFile = join(cacheRoot(), 'logs', `${name}.log`)
  await run({ command: 'mvn', args: ['-B', '-ntp', ...args], task, logFile, cwd: cacheRoot(), signal })
}
