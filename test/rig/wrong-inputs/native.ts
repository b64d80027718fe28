import { compose, type Files, web, type WrongInput } from './wrong-input.ts';

const built = (dockerfile: string, ...lines: readonly string[]): Files => ({
  'compose.yaml': `services:\n  web:\n    build: .\n${lines.map((line) => `    ${line}\n`).join('')}`,
  Dockerfile: dockerfile,
});

const database = (image: string, ...lines: readonly string[]): Files =>
  compose(
    `services:\n  db:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join('')}volumes: {data: {}}\n`,
  );

/** What is right in the file, and cannot be done on this machine: refused before anything is touched. */
export const nativeMistakes: readonly WrongInput[] = [
  {
    name: 'an image that nothing here stands for',
    files: compose('services:\n  cache:\n    image: redis:7\n'),
    exitCode: 2,
    codes: ['native/no-such-image'],
    at: 'compose.yaml:2:3',
    says: ['redis:7', '--engine docker', 'x-bowline'],
  },
  {
    name: 'a PostgreSQL with extensions of its own',
    files: database('pgvector/pgvector:pg17', 'environment: {POSTGRES_PASSWORD: x}'),
    exitCode: 2,
    codes: ['native/no-such-image'],
    at: 'compose.yaml:2:3',
    says: ['pgvector'],
  },
  {
    name: 'another database',
    files: database('mysql:8', 'environment: {MYSQL_ROOT_PASSWORD: x}'),
    exitCode: 2,
    codes: ['native/no-such-image'],
    at: 'compose.yaml:2:3',
    says: ['mysql:8'],
  },
  {
    name: 'an interpreter that is not installed',
    files: built('FROM elixir:1.17\nWORKDIR /app\nCOPY . .\nCMD ["elixir", "app.exs"]\n'),
    exitCode: 2,
    codes: ['native/no-such-image'],
    says: ['elixir'],
  },
  {
    name: 'an interpreter of which this machine has none',
    files: compose('services:\n  web:\n    image: ruby:99\n    command: ruby app.rb\n'),
    exitCode: 2,
    codes: [],
    at: 'compose.yaml:2:3',
    // Where there is one, it is too old.
    says: ['[native/interpreter-', 'ruby', 'Install'],
  },
  {
    name: 'an interpreter that is older than what is asked for',
    files: built('FROM node:99\nWORKDIR /app\nCOPY . .\nCMD ["node", "x.js"]\n'),
    exitCode: 2,
    codes: ['native/interpreter-too-old'],
    at: 'Dockerfile:1:',
    says: ['node:99', 'Install node 99'],
  },
  {
    name: 'a build whose folder is not there',
    files: compose('services:\n  web:\n    build: ./server\n'),
    exitCode: 2,
    codes: ['native/context-missing'],
    at: 'compose.yaml:3:12',
    says: ['server'],
  },
  {
    name: 'a build without a Dockerfile',
    files: compose('services:\n  web:\n    build: .\n'),
    exitCode: 2,
    codes: ['native/dockerfile-missing'],
    at: 'compose.yaml:3:12',
    says: ['Dockerfile'],
  },
  {
    name: 'a stage that the Dockerfile does not have',
    files: {
      ...built('FROM node:20 AS base\nCMD ["node", "x.js"]\n'),
      'compose.yaml': 'services:\n  web:\n    build: {context: ., target: production}\n',
    },
    exitCode: 2,
    codes: ['native/stage-missing'],
    at: 'compose.yaml:3:',
    says: ['production', 'base'],
  },
  {
    name: 'a Dockerfile without an instruction',
    files: built('# nothing yet\n'),
    exitCode: 2,
    codes: ['native/dockerfile-empty'],
    says: ['FROM'],
  },
  {
    name: 'a COPY of what is not there',
    files: built('FROM node:20\nWORKDIR /app\nCOPY server.js .\nCMD ["node", "server.js"]\n'),
    exitCode: 2,
    codes: ['native/copy-source-missing'],
    at: 'Dockerfile:3:',
    says: ['server.js'],
  },
  {
    name: 'nothing that says what runs',
    files: web(),
    exitCode: 2,
    codes: ['native/no-command'],
    at: 'compose.yaml:2:3',
    says: ['command'],
  },
  {
    name: 'a mounted file that is not there',
    files: web(
      'command: node x.js',
      'volumes:',
      '  - {type: bind, source: ./x.js, target: /x.js, bind: {create_host_path: false}}',
    ),
    exitCode: 2,
    codes: ['native/mount-missing'],
    at: 'compose.yaml:6:9',
    says: ['x.js'],
  },
  {
    name: 'a secret whose file is not there',
    files: compose(
      'services:\n  web: {image: node:20, command: node x.js, secrets: [token]}\nsecrets:\n  token: {file: ./token.txt}\n',
    ),
    exitCode: 2,
    codes: ['native/mount-missing'],
    at: 'compose.yaml:4:',
    says: ['token.txt'],
  },
  {
    name: 'a secret whose variable is not set',
    files: compose(
      'services:\n  web: {image: node:20, command: node x.js, secrets: [token]}\nsecrets:\n  token: {environment: API_TOKEN}\n',
    ),
    exitCode: 2,
    codes: ['native/secret-unset'],
    at: 'compose.yaml:4:',
    says: ['API_TOKEN'],
  },
  {
    name: 'a new database without a password',
    files: database('postgres:17', 'volumes: ["data:/var/lib/postgresql/data"]'),
    exitCode: 2,
    codes: ['native/postgres-password-missing'],
    at: 'compose.yaml:2:3',
    says: ['POSTGRES_PASSWORD'],
  },
  {
    name: 'a volume where PostgreSQL 18 keeps no data any more',
    files: database(
      'postgres:18',
      'environment: {POSTGRES_PASSWORD: x}',
      'volumes: ["data:/var/lib/postgresql/data"]',
    ),
    exitCode: 2,
    codes: ['native/postgres-data-path'],
    at: 'compose.yaml:5:15',
    says: ['/var/lib/postgresql'],
  },
  {
    name: 'rights that processes cannot have',
    files: web('command: node x.js', 'privileged: true'),
    exitCode: 2,
    codes: ['compose/refused-key'],
    at: 'compose.yaml:5:5',
    says: ['privileged', 'docker engine'],
  },
  {
    name: 'devices of the machine',
    files: web('command: node x.js', 'devices: ["/dev/ttyUSB0:/dev/ttyUSB0"]'),
    exitCode: 2,
    codes: ['compose/refused-key'],
    at: 'compose.yaml:5:5',
    says: ['devices', 'docker engine'],
  },
  {
    name: 'settings of the kernel',
    files: web('command: node x.js', 'sysctls: {net.core.somaxconn: 1024}'),
    exitCode: 2,
    codes: ['compose/refused-key'],
    at: 'compose.yaml:5:5',
    says: ['sysctls'],
  },
  {
    name: 'a command to run once of an image that nothing here stands for',
    args: ['run', 'cache', 'redis-cli'],
    files: compose('services:\n  cache:\n    image: redis:7\n'),
    exitCode: 2,
    codes: ['native/no-such-image'],
    at: 'compose.yaml:2:3',
    says: ['redis:7'],
  },
  {
    name: 'several mistakes, all of them at once',
    files: compose(
      'services:\n  cache:\n    image: redis:7\n  web:\n    image: node:99\n    command: node x.js\n    privileged: true\n',
    ),
    exitCode: 2,
    codes: ['native/no-such-image', 'native/interpreter-too-old', 'compose/refused-key'],
    says: ['3 errors'],
  },
];
