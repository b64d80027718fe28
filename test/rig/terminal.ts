import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A command in a terminal of its own. */
interface Terminal extends AsyncDisposable {
  /** Resolves when the terminal shows `text`; rejects when the command ends without it. */
  readonly says: (text: string) => Promise<void>;
  readonly resize: (size: Size) => void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

/** Node cannot make a pseudo-terminal; Python can. Lines of standard input are sizes. */
const PYTHON = `
import fcntl, os, pty, select, struct, sys, termios
rows, columns, *argv = sys.argv[1:]
def resize(rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', int(rows), int(columns), 0, 0))
ready, go = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    os.read(ready, 1)
    os.execvp(argv[0], argv)
resize(rows, columns)
os.write(go, b'1')
watched = [fd, 0]
while fd in watched:
    for each in select.select(watched, [], [])[0]:
        if each == 0:
            line = os.read(0, 100)
            if line: resize(*line.split()[:2])
            else: watched.remove(0)
        else:
            try: data = os.read(fd, 65536)
            except OSError: data = b''
            if data: os.write(1, data)
            else: watched.remove(fd)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Runs bowline in a terminal, where `stage` is. */
export function openTerminal(
  stage: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
  args: readonly string[],
  { rows, columns }: Size,
): Terminal {
  const program = join(import.meta.dirname, '../../dist/bowline.js');
  const child = spawn('python3', ['-c', PYTHON, String(rows), String(columns), program, ...args], {
    cwd: stage.cwd,
    env: stage.environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let isOver = false;
  const waiting = new Set<() => void>();
  const notice = (): void => {
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    notice();
  });
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    notice();
    return Number(code ?? 128);
  });
  return {
    ended,
    resize: (size) => void child.stdin.write(`${size.rows} ${size.columns}\n`),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!shown.includes(text) && !isOver) return;
          waiting.delete(look);
          if (shown.includes(text)) resolve();
          else reject(new Error(`ended without showing "${text}":\n${shown}`));
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
