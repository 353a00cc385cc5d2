// A GitHub to test against: the emulator, prism with GitHub's own OpenAPI description before it, and a front before both that puts the
// emulator's links right and counts what prism finds wrong with requests.
// usage: node serve.mjs TOOLS REPOSITORY...     prints the front's address on one line; ends when standard input does
// GET /-/violations on the front: what was wrong with the requests so far, and which of them the description does not know
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { createServer as listener } from 'node:net';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const [tools, ...names] = process.argv.slice(2);
const at = (file) => path.join(tools, file);
const { createEmulator } = await import(pathToFileURL(at('node_modules/emulate/dist/api.js')));

const users = ['octocat', 'ana'];
const emulator = await createEmulator({
  service: 'github',
  port: 0,
  seed: {
    tokens: { ghp_octo: { login: 'octocat', scopes: ['repo', 'user'] }, ghp_ana: { login: 'ana', scopes: ['repo', 'user'] } },
    github: {
      users: users.map((login) => ({ login, name: login, email: `${login}@example.com` })),
      repos: names.map((name) => ({ owner: 'octocat', name, auto_init: true })),
    },
  },
});
const upstream = new URL(emulator.url);

const free = () => new Promise((found) => {
  const probe = listener().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => found(port)); });
});
const port = await free();
const prism = spawn(process.execPath, [at('node_modules/@stoplight/prism-cli/dist/index.js'), 'proxy', '-h', '127.0.0.1', '-p', String(port), at('slim.json'), upstream.origin], { stdio: ['ignore', 'pipe', 'inherit'] });
const end = (code) => { prism.kill(); process.exit(code); };
process.stdin.resume().on('end', () => end(0)).on('error', () => end(0));
prism.on('exit', (code) => { console.error(`prism ended with ${code}`); process.exit(1); });
await new Promise((listening) => prism.stdout.on('data', (text) => { if (String(text).includes('Prism is listening')) listening(); }));

const violations = [], unknown = [];
let n_requests = 0;
const front = createServer((asked, answer) => {
  if (asked.url === '/-/violations') {
    answer.setHeader('content-type', 'application/json');
    return answer.end(JSON.stringify({ n_requests, violations, unknown }));
  }
  const own = `http://${asked.headers.host}`;
  const forwarded = request({ port, host: '127.0.0.1', method: asked.method, path: asked.url, headers: asked.headers }, (response) => {
    const headers = { ...response.headers };
    for (const it of JSON.parse(headers['sl-violations'] ?? '[]')) {
      if (it.location[0] !== 'request') continue;  // what the emulator answers is its own affair
      if (it.message.includes('route not found')) unknown.push(`${asked.method} ${asked.url}`);
      else violations.push(`${asked.method} ${asked.url} ${it.location.join('.')}: ${it.message}`);
    }
    n_requests += 1;
    delete headers['sl-violations'];
    // the emulator takes its links from the request that prism makes
    if (headers.link) headers.link = headers.link.replaceAll(upstream.origin, own).replaceAll(upstream.origin.replace('localhost', '127.0.0.1'), own);
    answer.writeHead(response.statusCode, headers);
    response.pipe(answer);
  });
  forwarded.on('error', (error) => { answer.writeHead(502); answer.end(String(error)); });
  asked.pipe(forwarded);
});
front.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${front.address().port}`));
