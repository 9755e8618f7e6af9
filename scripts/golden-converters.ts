// Writes what the JVM's converters make of values and of bytes, for the tests that compare. Needs Maven and a JDK 21: older ones write floats with more digits
// than they need. npx -y pnpm@12 golden:converters
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findJdk, javaOf } from '../packages/testkit/src/services/java.ts'
import { type Artifact, mavenJars } from '../packages/testkit/src/services/maven.ts'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
/** The first with `schema.content` (KIP-1054). */
const kafka = '4.4.0'

interface Golden {
  /** The folder of the program and of its data. */
  readonly folder: string
  readonly program: string
  readonly data: string
  readonly artifacts: readonly Artifact[]
}

const apache: readonly Artifact[] = [
  `org.apache.kafka:connect-runtime:${kafka}`,
  `org.apache.kafka:connect-json:${kafka}`,
]
const golden: readonly Golden[] = [
  {
    folder: 'runtime/src/converters/golden',
    program: 'ConverterGolden',
    data: 'converter-golden.tsv',
    artifacts: apache,
  },
  {
    folder: 'runtime/src/converters/golden',
    program: 'HeaderGolden',
    data: 'header-golden.tsv',
    artifacts: apache,
  },
  {
    folder: 'runtime/src/converters/json/golden',
    program: 'JsonGolden',
    data: 'json-converter.tsv',
    artifacts: apache,
  },
  {
    folder: 'converter-schema-registry/src/avro/golden',
    program: 'AvroGolden',
    data: 'avro-golden.tsv',
    artifacts: [
      // Confluent's AvroData, in the copy that is on Maven Central
      'io.apicurio:apicurio-registry-utils-converter:2.6.13.Final',
      'org.apache.kafka:connect-json:4.1.1',
      'com.fasterxml.jackson.core:jackson-core:2.19.0',
    ],
  },
]

const java = javaOf(
  findJdk({ server: 'The golden data of converters', atLeast: 21, modules: ['jdk.compiler'] }),
)
for (const { folder, program, data, artifacts } of golden) {
  const name = artifacts === apache ? `converters-${kafka}` : 'converters-avro-2.6.13'
  const jars = await mavenJars(name, artifacts)
  const source = join(packages, folder, `${program}.java`)
  const { stdout } = await promisify(execFile)(
    java,
    ['-Duser.timezone=UTC', '-Dstdout.encoding=UTF-8', '-cp', join(jars, '*'), source],
    { maxBuffer: 64 << 20, encoding: 'utf8' },
  )
  await writeFile(join(packages, folder, data), stdout)
  process.stdout.write(`${data}: ${stdout.trimEnd().split('\n').length} lines\n`)
}
