import { spawn } from 'node:child_process';

/** Shows a page in the user's browser, where there is one; says nothing where there is none. */
export function openBrowser(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const usual = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const program = environment['BROWSER'] ?? usual;
  const child = spawn(program, [url], { detached: true, stdio: 'ignore', env: environment });
  child.on('error', () => {});
  child.unref();
}
