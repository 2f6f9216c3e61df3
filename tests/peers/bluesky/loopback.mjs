// Imported first: none of these servers takes a host to listen on; left alone they are open to the whole network.
import net from 'node:net'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'object') return listen.call(this, { ...where, host: '127.0.0.1' }, ...rest)
  return listen.call(this, { port: Number(where), host: '127.0.0.1' }, ...rest.filter((r) => typeof r === 'function'))
}
