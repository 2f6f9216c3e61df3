// y-socket.io as its own server script starts it, without a line of log for each connection; STORE is LevelDB.
import http from "node:http"
import { createRequire } from "node:module"

const require = createRequire(`${process.env.PEERS}/`)
const { Server } = require("socket.io")
const { YSocketIO } = require("y-socket.io/dist/server")
const server = http.createServer((_request, response) => response.end("okay"))
const options = process.env.STORE ? { levelPersistenceDir: `${process.env.STORE}/leveldb` } : {}
new YSocketIO(new Server(server), options).initialize()
server.listen(Number(process.env.PORT), "127.0.0.1")
