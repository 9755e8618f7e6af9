import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { askOk } from './http.ts'
import { freePorts } from './ports.ts'
import { pythonWith } from './python.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'
import { versions } from './versions.ts'

export interface MotoServer extends Service {
  /** What AWS's clients take as their endpoint; any credentials and region do. */
  readonly url: string
}

/** Starts moto, or finds it running: an emulator of AWS (Secrets Manager, SSM, STS and others) that keeps everything in memory. */
export async function startMoto(options: ServiceOptions): Promise<MotoServer> {
  const dir = resolve(options.dir)
  const { ports, address: url } = await serviceState(dir, async () => {
    const found = await freePorts(1)
    return { kind: 'moto', version: versions.moto, ports: found, address: `http://127.0.0.1:${found[0]}` }
  })
  const packages = [`moto[server]==${versions.moto}`] as const
  const { command, env } = await pythonWith(`moto-${versions.moto}`, packages, options.signal)
  await mkdir(dir, { recursive: true })
  const server = daemon({
    name: 'moto',
    dir,
    command,
    args: ['-m', 'moto.server', '--host=127.0.0.1', `--port=${ports[0]}`],
    env,
    mark: `--port=${ports[0]}`,
    // its page; /moto-api/data.json is all of its state, which takes seconds once there is some
    ready: async (within) => void (await askOk(`${url}/moto-api/`, within)),
  })
  const moto = { dir, url, ...together([server]) }
  await moto.start(options)
  return moto
}
