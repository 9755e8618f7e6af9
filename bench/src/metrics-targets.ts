// Serves targets, each with so many series, and says at its end how far apart their scrapes were: `node metrics-targets.ts <series>`.
import { createServer } from 'node:http'

const series = Number(process.argv[2])
const lines = Array.from({ length: series }, (_, n) => {
  const code = 200 + (n % 5)
  return `http_requests_total{code="${code}",handler="/api/v1/resource/${n}",method="get"} `
})
const scrapes = new Map<string, number[]>()

const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0]!
  if (path === '/report') {
    response.end(JSON.stringify([...scrapes]))
    return
  }
  if (path === '/reset') {
    scrapes.clear()
    response.end()
    return
  }
  const own = scrapes.get(path) ?? []
  scrapes.set(path, own)
  own.push(Date.now())
  const value = own.length * 17
  const page = `# TYPE http_requests_total counter\n${lines.join(`${value}\n`)}${value}\n`
  response.setHeader('content-type', 'text/plain; version=0.0.4')
  response.end(page)
})
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as { port: number }).port)
})
