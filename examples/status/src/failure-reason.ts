import type { DatabaseSettings } from './settings.ts';

/** Why a question to the database failed, in words that an operator can act on. One line. */
export function failureReason(error: unknown, database: DatabaseSettings): string {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `host name "${database.host}" not found`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to the host';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection lost';
    case '28P01':
      return `password refused for user "${database.user}"`;
    case '28000':
      return `user "${database.user}" refused`;
    case '3D000':
      return `there is no database "${database.name}"`;
    case '53300':
      return 'too many connections';
    case '57P01':
    case '57P02':
      return 'the server is shutting down';
    default:
      return reasonInMessage(error);
  }
}

/** PostgreSQL's SQLSTATE or Node's errno name, where the error has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

// pg gives its own time-outs and broken connections no code, only these texts.
function reasonInMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/time-?out|timed out/i.test(message)) return 'no answer in time';
  if (/connection terminated|connection ended/i.test(message)) return 'connection lost';
  return message.split('\n', 1)[0] ?? 'unknown error';
}
