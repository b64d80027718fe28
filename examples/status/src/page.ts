import { html, raw } from 'hono/html';
import type { AppliedMigration, PendingMigration } from './migrations.ts';
import type { AppStatus, DatabaseStatus, Status } from './status.ts';
import { STYLE } from './style.ts';
import { ageInWords, dateInWords, migrationTitle, sizeInWords } from './words.ts';

type Html = ReturnType<typeof html>;
type ReachableDatabase = Extract<DatabaseStatus, { kind: 'ok' }>;
type Mood = 'good' | 'warn' | 'bad';

const NOTHING = raw('');

/** The whole page. It needs no script and no other request. */
export function page(status: Status): Html {
  const { database, app, askedAt } = status;
  const mood = moodOf(database);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${TITLES[mood]} – System Status</title>
        <link rel="icon" href="${iconOf(mood)}" />
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header class="top">
          <h1>System Status</h1>
          <p class="release">release <b>${app.release}</b></p>
        </header>
        <main>
          ${hero(database, mood)} ${database.kind === 'ok' ? facts(database, askedAt) : NOTHING}
          ${application(app, askedAt)}
        </main>
        <footer>
          <p>Asked <time datetime="${askedAt}">${dateInWords(askedAt)}</time></p>
          <p>
            <a href="/">Ask again</a> <a href="/api/status">JSON</a> <a href="/healthz">Health</a>
          </p>
        </footer>
      </body>
    </html>`;
}

const TITLES: Readonly<Record<Mood, string>> = { good: 'OK', warn: 'Pending', bad: 'Down' };
const COLOURS: Readonly<Record<Mood, string>> = {
  good: '#12805c',
  warn: '#b76e00',
  bad: '#c62f3b',
};

function moodOf(database: DatabaseStatus): Mood {
  if (database.kind === 'unreachable') return 'bad';
  return database.migrations.pending.length > 0 ? 'warn' : 'good';
}

function iconOf(mood: Mood): string {
  const circle = `<circle cx="8" cy="8" r="7" fill="${COLOURS[mood]}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${circle}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const MARKS: Readonly<Record<Mood, string>> = {
  good: '<path d="m7 12.5 3.5 3.5L17 8.5"/>',
  warn: '<path d="M12 7v6m0 3.5v.5"/>',
  bad: '<path d="m8 8 8 8m0-8-8 8"/>',
};

function hero(database: DatabaseStatus, mood: Mood): Html {
  return html`<section class="hero ${mood}" aria-labelledby="database">
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">${raw(MARKS[mood])}</svg>
    <div>
      <h2 id="database">database: ${database.kind}</h2>
      ${heroText(database)}
    </div>
  </section>`;
}

function heroText(database: DatabaseStatus): Html {
  if (database.kind === 'unreachable') {
    return html`<p><b>${database.reason}</b> at <code>${database.address}</code></p>`;
  }
  const schema = schemaInWords(database.migrations.pending.length);
  return html`<p>PostgreSQL ${database.version} at <code>${database.address}</code>, ${schema}</p>`;
}

function schemaInWords(pending: number): string {
  if (pending === 0) return 'the schema is up to date';
  return pending === 1 ? 'one migration is pending' : `${pending} migrations are pending`;
}

function facts(database: ReachableDatabase, askedAt: string): Html {
  const { used, max } = database.connections;
  return html`${notice(database.notice)}
    <dl class="tiles">
      <div>
        <dt>Latency</dt>
        <dd>${database.latencyMs.toFixed(1)} <small>ms</small></dd>
      </div>
      <div>
        <dt>PostgreSQL</dt>
        <dd>${database.version}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>${sized(database.sizeBytes)}</dd>
      </div>
      <div>
        <dt>Connections</dt>
        <dd>
          ${used} <small>of ${max}</small>
          <meter
            min="0"
            max="${max}"
            high="${max * 0.8}"
            value="${used}"
            aria-hidden="true"
          ></meter>
        </dd>
      </div>
    </dl>
    ${migrations(database, askedAt)} ${heartbeats(database, askedAt)}`;
}

function sized(sizeBytes: number): Html {
  const [value, unit] = sizeInWords(sizeBytes).split(' ');
  return html`${value} <small>${unit}</small>`;
}

function notice(text: string | undefined): Html {
  return text === undefined ? html`` : html`<p class="notice">${text}</p>`;
}

function migrations({ migrations: { applied, pending } }: ReachableDatabase, now: string): Html {
  const heading = `${applied.length} applied, ${pending.length} pending`;
  return html`<section class="card" aria-labelledby="migrations">
    <h2 id="migrations">Migrations <small>${heading}</small></h2>
    <ol class="steps">
      ${applied.map((migration) => appliedItem(migration, now))} ${pending.map(pendingItem)}
    </ol>
  </section>`;
}

function appliedItem({ name, appliedAt, known }: AppliedMigration, now: string): Html {
  const badge = known ? html`` : html` <span class="badge">from a newer release</span>`;
  return html`<li class="done">
    <span class="what"><b>${migrationTitle(name)}</b>${badge}<code>${name}</code></span>
    <span class="when">applied ${ago(appliedAt, now)}</span>
  </li>`;
}

function pendingItem({ name, createdAt }: PendingMigration): Html {
  return html`<li class="open">
    <span class="what"
      ><b>${migrationTitle(name)}</b> <span class="badge">pending</span><code>${name}</code></span
    >
    <span class="when">written <time datetime="${createdAt}">${createdAt.slice(0, 10)}</time></span>
  </li>`;
}

function heartbeats({ heartbeats: beats }: ReachableDatabase, now: string): Html {
  if (beats.length === 0) {
    return html`<section class="card">
      <h2>Heartbeats <small>none yet</small></h2>
    </section>`;
  }
  return html`<section class="card" aria-labelledby="heartbeats">
    <h2 id="heartbeats">Heartbeats <small>last ${beats.length} rows</small></h2>
    <div class="scroll" role="region" aria-label="Heartbeat rows" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Replica</th>
            <th scope="col">Worker</th>
            <th scope="col">Release</th>
          </tr>
        </thead>
        <tbody>
          ${beats.map(
            ({ at, replica, workerPid, release }) =>
              html`<tr>
                <td>${ago(at, now)}</td>
                <td><code>${replica}</code></td>
                <td>${workerPid}</td>
                <td>${release}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function application(app: AppStatus, now: string): Html {
  return html`<section class="card" aria-labelledby="application">
    <h2 id="application">Application <small>who answered</small></h2>
    <dl class="pairs">
      <div>
        <dt>Replica</dt>
        <dd><code>${app.replica}</code></dd>
      </div>
      <div>
        <dt>Release</dt>
        <dd>${app.release}</dd>
      </div>
      <div>
        <dt>Worker</dt>
        <dd>${app.workerPid}, one of ${app.workers}</dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd>${ago(app.startedAt, now)}</dd>
      </div>
      <div>
        <dt>Node</dt>
        <dd>${app.nodeVersion}</dd>
      </div>
    </dl>
  </section>`;
}

function ago(iso: string, now: string): Html {
  return html`<time datetime="${iso}" title="${dateInWords(iso)}">${ageInWords(iso, now)}</time>`;
}
