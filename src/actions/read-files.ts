import { readTextFile, type TextFile } from '../host/read-text-file.ts';

export interface FileReader {
  /** By absolute path, or `-`. */
  readonly contents: ReadonlyMap<string, TextFile>;
  /** Reads what was not read before, at the same time. */
  readonly readAll: (paths: readonly string[]) => Promise<void>;
  readonly read: (path: string) => Promise<TextFile>;
}

export interface FileReaderOptions {
  readonly signal: AbortSignal;
  /** All of standard input, which `-` names. */
  readonly readStdin: () => Promise<string>;
  /** Text to take for that of files, by path. */
  readonly edited?: ReadonlyMap<string, string>;
}

/** Reads each file once. */
export function fileReader({ signal, readStdin, edited }: FileReaderOptions): FileReader {
  const contents = new Map<string, TextFile>();
  const read = async (path: string): Promise<TextFile> => {
    const before = contents.get(path);
    if (before !== undefined) return before;
    const text = edited?.get(path);
    const content: TextFile =
      text !== undefined
        ? { kind: 'text', text }
        : path === '-'
          ? { kind: 'text', text: await readStdin() }
          : await readTextFile(path, { signal });
    contents.set(path, content);
    return content;
  };
  return {
    contents,
    read,
    readAll: async (paths) => {
      await Promise.all(paths.map(read));
    },
  };
}
