/** A small HTTP application with a worker inside: it answers, and says hello to a topic once a second meanwhile. */
import { createServer } from 'node:http'
import { helloSource } from '@sluice/example-hello-source'
import { createWorker } from '@sluice/runtime'

const worker = createWorker({
  kafka: process.env['KAFKA'] ?? '127.0.0.1:9092',
  plugins: [helloSource],
  settings: {
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  },
})
await worker.start()
await worker.connectors.put('greetings', helloSource, { topic: process.env['TOPIC'] ?? 'greetings' })

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ hello: 'world', greetings: worker.connectors.status('greetings') }))
})
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => console.log('Ready.'))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close()
    void worker.stop()
  })
}
