import { posix } from 'node:path';

import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import { copyStepOf, sourceOf } from './copy-step.ts';
import type { BuildStep, Stage, StageBase, StageSettings } from './dockerfile.ts';
import type { Instruction } from './instructions.ts';
import { healthcheckOf } from './read-healthcheck.ts';
import { expandWord, splitWords } from './words.ts';

export const emptySettings: StageSettings = {
  environment: new Map(),
  workingDir: '/',
  exposed: [],
  volumes: [],
  labels: new Map(),
  shell: ['/bin/sh', '-c'],
};

interface StageStart {
  readonly index: number;
  readonly name?: string;
  readonly base: StageBase;
  readonly at: Span;
  readonly escape: string;
  /** `ARG` before the first `FROM`. */
  readonly global: ReadonlyMap<string, string>;
  readonly args: ReadonlyMap<string, string>;
  readonly earlier: readonly StageReader[];
  readonly inherited: StageSettings;
  /** `ARG` of the stage below. */
  readonly variables: ReadonlyMap<string, string>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the instructions of one stage, one after the other. */
export class StageReader {
  readonly index: number;
  readonly #start: StageStart;
  readonly #steps: BuildStep[] = [];
  readonly #arguments: Map<string, string>;
  #settings: Mutable<StageSettings>;

  constructor(start: StageStart) {
    this.index = start.index;
    this.#start = start;
    this.#arguments = new Map(start.variables);
    this.#settings = { ...start.inherited };
  }

  /** Would `FROM` or `--from` with this text mean the stage? */
  isNamed(text: string): boolean {
    return this.#start.name !== undefined && this.#start.name.toLowerCase() === text.toLowerCase();
  }

  settings(): StageSettings {
    return this.#settings;
  }

  variables(): ReadonlyMap<string, string> {
    return this.#arguments;
  }

  finish(): Stage {
    const { index, name, base, at } = this.#start;
    return {
      index,
      ...(name !== undefined && { name }),
      base,
      at,
      steps: this.#steps,
      settings: this.#settings,
    };
  }

  /** Takes one instruction in. Gives what is wrong with it. */
  read(instruction: Instruction): Diagnostic | undefined {
    const { keyword, text, strings } = instruction;
    const settings = this.#settings;
    switch (keyword) {
      case 'ARG':
        return this.#readArguments(text);
      case 'ENV':
        settings.environment = new Map([...settings.environment, ...this.#pairs(text)]);
        return;
      case 'LABEL':
        settings.labels = new Map([...settings.labels, ...this.#pairs(text)]);
        return;
      case 'WORKDIR':
        return this.#enter(posix.resolve(settings.workingDir, this.#expand(text)), instruction.at);
      case 'CMD':
        settings.command = strings ?? [...settings.shell, text];
        return;
      case 'ENTRYPOINT':
        settings.entrypoint = strings ?? [...settings.shell, text];
        // As Docker does: an entrypoint of this stage takes the inherited command away.
        if (settings.command === this.#start.inherited.command) delete settings.command;
        return;
      case 'SHELL':
        if (strings !== undefined) settings.shell = strings;
        return;
      case 'USER':
        settings.user = this.#expand(text);
        return;
      case 'STOPSIGNAL':
        settings.stopSignal = this.#expand(text);
        return;
      case 'EXPOSE':
        settings.exposed = [...new Set([...settings.exposed, ...this.#ports(text)])];
        return;
      case 'VOLUME':
        settings.volumes = [...settings.volumes, ...(strings ?? this.#words(text))];
        return;
      case 'HEALTHCHECK':
        this.#readHealthcheck(instruction);
        return;
      default:
        return this.#readStep(instruction);
    }
  }

  #readStep(instruction: Instruction): Diagnostic | undefined {
    const { keyword, at } = instruction;
    if (keyword === 'RUN') this.#steps.push(this.#runStep(instruction));
    else if (keyword === 'COPY' || keyword === 'ADD') {
      const from = instruction.flags.get('from');
      const source = sourceOf(from === undefined ? undefined : this.#expand(from), {
        earlier: this.#start.earlier,
      });
      const step = copyStepOf(instruction, {
        source,
        workingDir: this.#settings.workingDir,
        expand: (word) => this.#expand(word),
        escape: this.#start.escape,
      });
      if (step === undefined) {
        return wrong(`${keyword} needs a source and a target`, at);
      }
      this.#steps.push(step);
    } else if (keyword !== 'ONBUILD' && keyword !== 'MAINTAINER') {
      return wrong(`${keyword} is no instruction of a Dockerfile`, at);
    }
    return undefined;
  }

  #runStep({ text, strings, heredocs, at }: Instruction): BuildStep {
    const [heredoc] = heredocs;
    const script = heredoc !== undefined && /^<<-?["']?\w+["']?\s*$/.test(text);
    return {
      kind: 'run',
      ...(strings === undefined ? { script: script ? heredoc.content : text } : { argv: strings }),
      environment: new Map([...this.#arguments, ...this.#settings.environment]),
      workingDir: this.#settings.workingDir,
      at,
    };
  }

  #readArguments(text: string): undefined {
    for (const word of this.#split(text)) {
      const [name = '', ...rest] = word.split('=');
      const { args, global } = this.#start;
      const own = rest.length > 0 ? this.#expand(rest.join('=')) : global.get(name);
      const value = args.get(name) ?? own;
      if (value !== undefined) this.#arguments.set(name, value);
    }
    return undefined;
  }

  #readHealthcheck({ text, strings, flags }: Instruction): void {
    if (/^NONE\s*$/i.test(text)) {
      delete this.#settings.healthcheck;
      return;
    }
    const command = text.replace(/^CMD\s+/i, '');
    this.#settings.healthcheck = healthcheckOf({
      flags,
      test: strings === undefined ? ['CMD-SHELL', command] : ['CMD', ...strings],
    });
  }

  #enter(path: string, at: Span): undefined {
    this.#settings.workingDir = path;
    this.#steps.push({ kind: 'workdir', path, at });
    return undefined;
  }

  #ports(text: string): readonly number[] {
    return this.#words(text).flatMap((word) => {
      const [from = NaN, to = from] = (word.split('/')[0] ?? '').split('-').map(Number);
      if (!(from > 0 && to >= from && to <= 65_535)) return [];
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  }

  /** `NAME=value …`, or the old form `NAME the rest`. */
  #pairs(text: string): readonly (readonly [string, string])[] {
    const words = this.#split(text);
    const [first = ''] = words;
    if (!first.includes('=')) {
      return [[first, this.#expand(text.slice(first.length).trim())]];
    }
    return words.map((word) => {
      const at = word.indexOf('=');
      const name = at < 0 ? word : word.slice(0, at);
      return [this.#expand(name), at < 0 ? '' : this.#expand(word.slice(at + 1))];
    });
  }

  #split(text: string): readonly string[] {
    return splitWords(text, this.#start.escape);
  }

  #words(text: string): readonly string[] {
    return this.#split(text).map((word) => this.#expand(word));
  }

  #expand(word: string): string {
    const valueOf = (name: string): string | undefined =>
      this.#settings.environment.get(name) ?? this.#arguments.get(name);
    return expandWord(word, { valueOf, escape: this.#start.escape });
  }
}

function wrong(message: string, at: Span): Diagnostic {
  return { code: 'native/dockerfile-syntax', severity: 'error', message, at };
}
