import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A target whose counter goes up by one with each scrape, beside a gauge and a histogram. */
export async function countingTarget() {
  let scrapes = 0
  const server = createServer((_request, response) => {
    scrapes++
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(`# TYPE pages_total counter
pages_total{path="/a b"} ${scrapes}
# TYPE share gauge
share ${scrapes / 8}
# TYPE took_seconds histogram
took_seconds_bucket{le="0.5"} ${scrapes}
took_seconds_bucket{le="+Inf"} ${scrapes * 2}
took_seconds_sum ${scrapes * 1.5}
took_seconds_count ${scrapes * 2}
`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
