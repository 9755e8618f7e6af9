import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cargoProgram, cargoUnavailable } from './cargo.ts'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { ask } from './http.ts'
import { freePorts } from './ports.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'
import { versions } from './versions.ts'

export interface MskEmulator extends Service {
  /** What AWS's client takes as its endpoint for Kafka; any credentials do. The account is 123456789012, the region the request's. */
  readonly url: string
}

// in the repository, not in the published package: the program links code under the AGPL
const crate = fileURLToPath(new URL('../../../../tests/msk-emulator', import.meta.url))

/** Why there is no emulator of MSK here, for a test to skip with; undefined where there is one. With CI=true nothing is skipped. */
export function mskEmulatorUnavailable(): string | undefined {
  if (!existsSync(crate)) return 'the emulator of MSK is in Sluice’s repository only'
  return cargoUnavailable()
}

/**
 * Starts an emulator of Amazon MSK's control plane, or finds it running: every operation, in memory, no brokers behind it. It checks no signatures, no
 * CurrentVersion, and what takes minutes at AWS is done at once; `startMskProxy` adds that.
 */
export async function startMskEmulator(options: ServiceOptions): Promise<MskEmulator> {
  const dir = resolve(options.dir)
  const { ports, address: url } = await serviceState(dir, async () => {
    const found = await freePorts(1)
    return { kind: 'msk', version: versions.fakecloud, ports: found, address: `http://127.0.0.1:${found[0]}` }
  })
  const program = await cargoProgram({
    folder: crate,
    name: 'sluice-msk-emulator',
    signal: options.signal,
  })
  const server = daemon({
    name: 'msk',
    dir,
    command: program,
    args: [`--port=${ports[0]}`],
    mark: `--port=${ports[0]}`,
    // it answers unsigned requests with an error, which is an answer
    ready: async (within) => void (await ask(url, within)),
  })
  const emulator = { dir, url, ...together([server]) }
  await emulator.start(options)
  return emulator
}
