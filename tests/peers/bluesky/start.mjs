// The reference Bluesky server and a directory of identities in memory, on loopback only, until standard input ends.
// Usage: node start.mjs PDS_PORT PLC_PORT EMPTY_FOLDER
import './loopback.mjs'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { envToCfg, envToSecrets, PDS } from '@atproto/pds'
import { Database, PlcServer } from '@did-plc/server'

const [pdsPort, plcPort] = process.argv.slice(2, 4).map(Number)
const folder = process.argv[4]

const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
await plc.start()

const blobs = path.join(folder, 'blobs')
fs.mkdirSync(blobs, { recursive: true })
const random = () => crypto.randomBytes(32).toString('hex')
const settings = {
  devMode: true,
  port: pdsPort,
  hostname: 'localhost',
  dataDirectory: folder,
  blobstoreDiskLocation: blobs,
  didPlcUrl: `http://localhost:${plcPort}`,
  serviceHandleDomains: ['.test'],
  handleBackupNameservers: [],
  inviteRequired: false,
  disableSsrfProtection: true,
  rateLimitsEnabled: false,
  rateLimitBypassIps: [],
  trustedOAuthClients: [],
  crawlers: [],
  jwtSecret: random(),
  dpopSecret: random(),
  adminPassword: random(),
  plcRotationKeyK256PrivateKeyHex: random(),
}
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
await pds.start()

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
console.log('READY')
