import stringWidth from 'fast-string-width';
import picocolors from 'picocolors';

export interface PageStyle {
  readonly color: boolean;
  /** Columns to fill; more than 100 are hard to read and not used. */
  readonly width: number;
}

type Colors = ReturnType<typeof picocolors.createColors>;

const WIDEST = 100;
const CODE_INDENT = '    ';

/** A page of the documentation, Markdown in the modest form that ours has, for a terminal. */
export function renderPage(markdown: string, { color, width }: PageStyle): string {
  const colors = picocolors.createColors(color);
  const columns = Math.max(20, Math.min(width, WIDEST));
  return blocksOf(markdown)
    .map((block) => renderBlock(block, colors, columns))
    .join('\n\n')
    .concat('\n');
}

type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'text'; readonly text: string };

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const fence = /^```.*\n([^]*?)^```[ \t]*$/gm;
  let from = 0;
  for (const match of markdown.matchAll(fence)) {
    blocks.push(...proseOf(markdown.slice(from, match.index)));
    blocks.push({ kind: 'code', lines: (match[1] ?? '').trimEnd().split('\n') });
    from = match.index + match[0].length;
  }
  return [...blocks, ...proseOf(markdown.slice(from))];
}

function proseOf(text: string): readonly Block[] {
  const blocks = text.split(/\n\s*\n/).filter((each) => each.trim() !== '');
  return blocks.map((each): Block => {
    const block = each.replace(/^\n+|\s+$/g, '');
    const heading = /^#+ (.*)$/.exec(block)?.[1];
    if (heading !== undefined) return { kind: 'heading', text: heading };
    if (block.startsWith('|')) return { kind: 'table', lines: block.split('\n') };
    if (/^(?:-|\d+\.) /.test(block))
      return { kind: 'list', items: block.split(/\n(?=(?:-|\d+\.) )/) };
    return { kind: 'text', text: block };
  });
}

function renderBlock(block: Block, colors: Colors, width: number): string {
  switch (block.kind) {
    case 'heading':
      return colors.bold(block.text);
    case 'code':
      return block.lines.map((line) => colors.cyan(`${CODE_INDENT}${line}`.trimEnd())).join('\n');
    case 'table':
      return block.lines
        .filter((line) => !/^\|[\s|:-]+$/.test(line))
        .map((line) => styled(line, colors))
        .join('\n');
    case 'list':
      return block.items.map((item) => renderItem(item, colors, width)).join('\n');
    case 'text':
      return wrapped(block.text, width)
        .map((line) => styled(line, colors))
        .join('\n');
  }
}

function renderItem(item: string, colors: Colors, width: number): string {
  const mark = /^(?:-|\d+\.) /.exec(item)?.[0] ?? '';
  const indent = ' '.repeat(mark.length);
  return wrapped(item.slice(mark.length), width - mark.length)
    .map((line, index) => `${index === 0 ? mark : indent}${styled(line, colors)}`)
    .join('\n');
}

/** Lines of at most `width` columns; what stands in back quotes may be broken like anything else, words are not. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of withoutLinks(text).split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** `[words](address)`: a page beside this one is worth its words only, an address on the web itself as well. */
function withoutLinks(text: string): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, (_, words: string, address: string) =>
    /^https?:/.test(address) ? `${words} (${address})` : words,
  );
}

function styled(text: string, { bold, cyan }: Colors): string {
  return text
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, words: string) => bold(words))
    .replaceAll(/`([^`]+)`/g, (all, words: string) => {
      const painted = cyan(words);
      return painted === words ? all : painted;
    });
}
