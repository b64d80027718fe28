import { relative } from 'node:path';

import type { Diagnostic, Fix, Silenced, Span } from '../model/diagnostic.ts';
import { renderPage } from './render-page.ts';
import { lineAndColumn, sourceLines, type SourceLines } from './source-lines.ts';

/** What the documentation says about a code. */
interface RulePage {
  readonly code: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export interface SarifOptions {
  readonly version: string;
  readonly cwd: string;
  /** Of an absolute path. */
  readonly uriOf: (path: string) => string;
  readonly sources: ReadonlyMap<string, string>;
  /** Of the codes that occur, at least. */
  readonly pages: readonly RulePage[];
  readonly silenced: readonly Silenced[];
}

type Json = { readonly [key: string]: unknown };

/**
 * What was found as a log that code hosts and editors read.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): Json {
  const all = [...diagnostics, ...options.silenced.map(({ diagnostic }) => diagnostic)];
  const codes = [...new Set(all.map(({ code }) => code))].toSorted();
  const writer = new SarifWriter(options, codes);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driverOf(codes, options) },
        originalUriBaseIds: { SRCROOT: { uri: `${options.uriOf(options.cwd)}/` } },
        columnKind: 'utf16CodeUnits',
        results: [
          ...diagnostics.map((each) => writer.result(each)),
          ...options.silenced.map(({ diagnostic, silence }) => ({
            ...writer.result(diagnostic),
            suppressions: [{ kind: 'inSource', justification: silence.reason }],
          })),
        ],
      },
    ],
  };
}

function driverOf(codes: readonly string[], { version, pages }: SarifOptions): Json {
  const byCode = new Map(pages.map((page) => [page.code, page]));
  return {
    name: 'bowline',
    semanticVersion: version,
    rules: codes.map((code) => {
      const page = byCode.get(code);
      return {
        id: code,
        ...(page !== undefined && {
          shortDescription: { text: page.title },
          // The page itself is in the report: whoever reads that elsewhere has no address to open it at.
          help: {
            text: renderPage(page.text, { color: false, width: PAGE_WIDTH }),
            markdown: withoutLocalLinks(page.text),
          },
        }),
      };
    }),
  };
}

const PAGE_WIDTH = 80;

/** Links from page to page lead nowhere outside of the documentation: their words stay. */
function withoutLocalLinks(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+)\]\((?![a-z]+:)[^)]*\)/g, '$1');
}

class SarifWriter {
  readonly #options: SarifOptions;
  readonly #codes: readonly string[];
  readonly #lines = new Map<string, SourceLines>();

  constructor(options: SarifOptions, codes: readonly string[]) {
    this.#options = options;
    this.#codes = codes;
  }

  result({ code, severity, message, help, at, related = [], fix }: Diagnostic): Json {
    return {
      ruleId: code,
      ruleIndex: this.#codes.indexOf(code),
      level: severity,
      message: { text: help === undefined ? `${message}.` : `${message}. ${help}` },
      ...(at !== undefined && { locations: [{ physicalLocation: this.#location(at) }] }),
      ...(related.length > 0 && {
        relatedLocations: related.map((each, id) => ({
          id,
          message: { text: each.message },
          physicalLocation: this.#location(each.at),
        })),
      }),
      ...(fix !== undefined && { fixes: [this.#fix(fix)] }),
    };
  }

  #fix({ title, edits }: Fix): Json {
    const files = [...new Set(edits.map(({ at }) => at.file))];
    return {
      description: { text: title },
      artifactChanges: files.map((file) => ({
        artifactLocation: this.#artifact(file),
        replacements: edits
          .filter(({ at }) => at.file === file)
          .map(({ at, text }) => ({
            deletedRegion: this.#region(at),
            ...(text !== '' && { insertedContent: { text } }),
          })),
      })),
    };
  }

  #location(at: Span): Json {
    const region = this.#region(at);
    return { artifactLocation: this.#artifact(at.file), ...(region !== undefined && { region }) };
  }

  #artifact(file: string): Json {
    if (file === '-') return { uri: 'stdin:///' };
    const path = relative(this.#options.cwd, file);
    return path.startsWith('..')
      ? { uri: this.#options.uriOf(file) }
      : { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
  }

  #region({ file, start, end }: Span): Json | undefined {
    const text = this.#options.sources.get(file);
    if (text === undefined) return undefined;
    const lines = this.#lines.get(file) ?? sourceLines(text);
    this.#lines.set(file, lines);
    const from = lineAndColumn(lines, Math.min(start, text.length));
    const to = lineAndColumn(lines, Math.min(end, text.length));
    return {
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
      charOffset: start,
      charLength: end - start,
    };
  }
}
