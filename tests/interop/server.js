// A CometD server that nobody here wrote: `node server.js MODULES cometd|faye`.
// First stdout line: the port. Stdin: one JSON line a command; it ends when stdin closes.
'use strict';
const http = require('http');
const path = require('path');
const readline = require('readline');
const [modules, kind] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));
const server = http.createServer();
const commands = {};

if (kind === 'cometd') {
  const cometd = load('cometd-nodejs-server').createCometDServer({ timeout: 500, maxInterval: 3000 });
  const { AcknowledgedMessagesExtension } = load('cometd-nodejs-server/ack-extension');
  cometd.addExtension(new AcknowledgedMessagesExtension());
  server.on('request', cometd.handle);
  commands.publish = ({ channel, items }) => {
    const target = cometd.createServerChannel(channel);
    items.forEach((item) => target.publish(null, item));
  };
  const sessions = new Set();
  commands.drop = () => [...sessions].forEach((session) => cometd._removeServerSession(session, true));
  commands.disconnect = () => [...sessions].forEach((session) => session.disconnect());
  cometd.addListener('sessionAdded', (session) => { sessions.add(session); });
  cometd.addListener('sessionRemoved', (session) => { sessions.delete(session); });
} else {
  const faye = load('faye');
  const bayeux = new faye.NodeAdapter({ mount: '/cometd', timeout: 1 });
  bayeux.attach(server);
  const local = bayeux.getClient();
  local.publish('/warm/up', 1); // its first message waits for a handshake and would come late
  commands.publish = ({ channel, items }) => items.forEach((item) => local.publish(channel, item));
  const clients = new Set();
  bayeux.on('handshake', (id) => clients.add(id));
  commands.drop = commands.disconnect = () => [...clients].forEach((id) => { bayeux._server._engine.destroyClient(id); clients.delete(id); });
}

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  const command = JSON.parse(line);
  commands[command.do](command);
  console.log('done');
});
input.on('close', () => process.exit(0));
