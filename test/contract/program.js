// The services of the suite. Runs on any Node, needs nothing, writes one event a line.
'use strict';
const { appendFileSync, existsSync, mkdirSync, readFileSync } = require('node:fs');
const { createServer, get } = require('node:http');

const [, , mode, ...args] = process.argv;
const say = (...words) => console.log(...words, Date.now());

const modes = {
  /** Serves, where it was told to, until it is asked to end; then takes its time. */
  serve() {
    const { PORT: port, STOP_MS: stopMs = '0', READY_MS: readyMs = '0' } = process.env;
    say('started');
    const begin = Date.now();
    const server = createServer(async ({ url }, answer) => {
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      if (pathname === '/ready')
        answer.statusCode = Date.now() - begin >= Number(readyMs) ? 200 : 503;
      if (pathname === '/ready' && answer.statusCode === 200 && !modes.told) say('ready');
      if (pathname === '/ready' && answer.statusCode === 200) modes.told = true;
      answer.end(await answerTo(pathname, searchParams));
    });
    if (port === undefined) setInterval(() => {}, 1000);
    else server.listen(Number(port));
    process.on('SIGTERM', () => {
      say('asked to end');
      setTimeout(() => {
        say('ended');
        process.exit(0);
      }, Number(stopMs));
    });
  },
  /** Is deaf to every wish to end. */
  deaf() {
    process.on('SIGTERM', () => say('asked to end'));
    setInterval(() => {}, 1000);
    say('started');
  },
  task() {
    say('ran');
    process.exit(Number(args[0] ?? 0));
  },
  /** Takes its time, then ends as it was told to. */
  migrate() {
    const { MIGRATE_MS: takesMs = '0', MIGRATE_EXIT: exitCode = '0' } = process.env;
    say('begun');
    setTimeout(() => {
      say('migrated');
      process.exit(Number(exitCode));
    }, Number(takesMs));
  },
  /** Numbered lines, then stays. */
  lines() {
    for (let number = 1; number <= Number(args[0]); number += 1) console.log(`line ${number}`);
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
  },
  ticks() {
    let number = 0;
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => console.log(`tick ${(number += 1)}`), 100);
  },
};

async function answerTo(pathname, searchParams) {
  if (pathname === '/crash') {
    say('crashing');
    setTimeout(() => process.exit(1), 100);
  }
  if (pathname === '/environment') return JSON.stringify(process.env);
  if (pathname === '/file') {
    const path = searchParams.get('path');
    return existsSync(path) ? readFileSync(path) : 'none';
  }
  if (pathname === '/append') {
    mkdirSync('/data', { recursive: true });
    appendFileSync('/data/notes', `${searchParams.get('text')}\n`);
    return readFileSync('/data/notes');
  }
  if (pathname === '/ask') {
    return new Promise((resolve) => {
      get(searchParams.get('url'), (answer) => {
        let body = '';
        answer.on('data', (chunk) => (body += chunk)).on('end', () => resolve(body));
      }).on('error', ({ message }) => resolve(`failed: ${message}`));
    });
  }
  return JSON.stringify({ greeting: process.env.GREETING ?? '', pid: process.pid });
}

modes[mode]();
