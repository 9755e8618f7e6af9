// Writes what the JVM's transforms make of the cases in packages/runtime/src/transforms/testing/cases, for the test that compares. Needs Maven and a JDK 21:
// older ones write floats with more digits than they need. npx -y pnpm@12 golden:transforms
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goldenCases } from '../packages/runtime/src/transforms/testing/cases.ts'
import { run } from '../packages/testkit/src/services/command.ts'
import { findJdk, javaOf } from '../packages/testkit/src/services/java.ts'
import { mavenJars } from '../packages/testkit/src/services/maven.ts'
import { versions } from '../packages/testkit/src/services/versions.ts'

const golden = fileURLToPath(new URL('../packages/runtime/src/transforms/golden/', import.meta.url))
const debezium = '3.3.2.Final'

const jars = await mavenJars(`transforms-${versions.kafka}-${debezium}`, [
  `org.apache.kafka:connect-transforms:${versions.kafka}`,
  `org.apache.kafka:connect-json:${versions.kafka}`,
  `io.debezium:debezium-core:${debezium}`,
  `org.slf4j:slf4j-simple:${versions.slf4j}`,
])
const folder = await mkdtemp(join(tmpdir(), 'sluice-golden-'))
try {
  const input = join(folder, 'cases.jsonl')
  const output = join(folder, 'outcomes.jsonl')
  const texts = goldenCases.map((one) => JSON.stringify(one))
  await writeFile(input, `${texts.join('\n')}\n`)
  await run({
    command: javaOf(
      findJdk({ server: 'The golden data of transforms', atLeast: 21, modules: ['jdk.compiler'] }),
    ),
    args: [
      '-Duser.timezone=UTC',
      '-Duser.language=en',
      '-Duser.country=US',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=off',
      '-cp',
      join(jars, '*'),
      join(golden, 'TransformsGolden.java'),
      input,
      output,
    ],
    task: 'run the transforms of the JVM',
    logFile: join(folder, 'java.log'),
  })
  const outcomes = (await readFile(output, 'utf8')).trimEnd().split('\n')
  const lines = texts.map((text, index) => withHash(outcomes[index] ?? '{}', text))
  await writeFile(join(golden, 'outcomes.jsonl'), `${lines.join('\n')}\n`)
  process.stdout.write(`${lines.length} cases\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** So that a case that was changed since is noticed. */
function withHash(line: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return JSON.stringify({ ...JSON.parse(line), case: hash })
}
