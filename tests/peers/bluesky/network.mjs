// The whole Bluesky network on loopback, until standard input ends: identities, a server with accounts that rations
// sign-ins as the public one does, and the AppView that shows what was posted.
// Usage: DB_POSTGRES_URL=… REDIS_HOST=… node network.mjs PLC PDS APPVIEW OZONE INTROSPECT   (ports)
import './loopback.mjs'
import { TestNetwork } from '@atproto/dev-env'

const [plc, pds, bsky, ozone, introspect] = process.argv.slice(2, 7).map(Number)
await TestNetwork.create({
  dbPostgresUrl: process.env.DB_POSTGRES_URL,
  dbPostgresSchema: 'shown',
  plc: { port: plc },
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true, rateLimitsEnabled: true },
  bsky: { port: bsky, publicUrl: `http://localhost:${bsky}` },
  ozone: { port: ozone },
  introspect: { port: introspect },
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
console.log('READY')
