import { randomUUID } from 'node:crypto'
import { mskEmulatorUnavailable, sharedServices } from '@sluice/testkit/services'
import { ConsoleScene } from '../connector/testing/console-scene.ts'
import { MskScene } from './testing/msk-scene.ts'

const unavailable = mskEmulatorUnavailable()
const emulated = unavailable === undefined ? it : it.skip
const title = 'is made, found, written and read by IAM, changed and deleted'

describe('a cluster', () => {
  emulated(
    unavailable === undefined ? title : `${title} (skipped: ${unavailable})`,
    async () => {
      const scene = await MskScene.open()
      const broker = await sharedServices().mskBroker()
      const id = randomUUID().slice(0, 8)
      const key = {
        accessKeyId: `AKIA${id}`,
        secretAccessKey: `secret-${id}`,
        principal: `arn:aws:iam::123456789012:user/${id}`,
      }
      await broker.keys.put(key)
      const shell = await ConsoleScene.make({
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        AWS_REGION: broker.region,
      })
      const [name, topic] = [`whole-${id}`, `whole-${id}`]
      const quickly = ['--wait', '--poll', '0.01']
      // the emulator's brokers are names only: these are those of a real one
      scene.proxy.brokersAt({ 9098: broker.listeners.iam })
      try {
        scene.proxy.next({ looks: 2 })
        const place = ['--subnets', 'subnet-0a,subnet-0b,subnet-0c']
        const arn = (await scene.done(['cluster', 'create', name, ...place, ...quickly])).trim()
        await shell.file(
          'worker.properties',
          `msk.cluster.arn=${arn}\nmsk.endpoint=${scene.proxy.url}\nssl.truststore.type=PEM\nssl.truststore.location=${broker.tls.certificate}\n`,
        )
        const before = await broker.figures('iam')
        expect(await shell.sluice(['topics', 'create', topic])).toMatchObject({ code: 0 })
        expect(await shell.sluice(['produce', topic], 'one\ntwo\n')).toMatchObject({ code: 0 })
        expect(await shell.sluice(['consume', topic])).toMatchObject({ code: 0, out: 'one\ntwo\n' })
        expect((await broker.figures('iam')).logins).toBeGreaterThan(before.logins)

        scene.proxy.next({ looks: 2 })
        await scene.done(['cluster', 'update', name, '--storage', '200', ...quickly])
        expect(await shell.sluice(['produce', topic], 'three\n')).toMatchObject({ code: 0 })
        expect(await shell.sluice(['consume', topic, '--from', '2'])).toMatchObject({
          code: 0,
          out: 'three\n',
        })

        scene.proxy.next({ looks: 2 })
        await scene.done(['cluster', 'delete', name, '--yes', ...quickly])
        const gone = await shell.sluice(['consume', topic])
        expect(gone.code).not.toBe(0)
        expect(gone.err).toContain(arn)
      } finally {
        await broker.keys.remove(key.accessKeyId)
        await shell.close()
        await scene.close()
      }
    },
    900_000,
  )
})
