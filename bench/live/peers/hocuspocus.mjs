// Hocuspocus on its defaults; with STORE, its SQLite extension.
import { createRequire } from "node:module"

const require = createRequire(`${process.env.PEERS}/`)
const { Server } = require("@hocuspocus/server")
const extensions = []
if (process.env.STORE) {
  const { SQLite } = require("@hocuspocus/extension-sqlite")
  extensions.push(new SQLite({ database: `${process.env.STORE}/hocuspocus.sqlite` }))
}
await new Server({ port: Number(process.env.PORT), address: "127.0.0.1", quiet: true, extensions }).listen()
