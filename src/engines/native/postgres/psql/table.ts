import stringWidth from 'fast-string-width';

interface Column {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly numeric: boolean;
}

/** Rows as the server sent them: `null` is SQL's. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface TableStyle {
  readonly format: 'aligned' | 'unaligned' | 'csv';
  readonly tuplesOnly: boolean;
  readonly expanded: boolean;
  readonly fieldSeparator: string;
}

/** A result as PostgreSQL's own client prints it. Ends with a line end unless it is empty. */
export function printTable(table: Table, style: TableStyle): string {
  if (style.format === 'csv') return csv(table, style);
  if (style.expanded) return expanded(table, style);
  return style.format === 'unaligned' ? unaligned(table, style) : aligned(table, style);
}

function footer({ rows }: Table): string {
  return `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
}

function unaligned(table: Table, { tuplesOnly, fieldSeparator }: TableStyle): string {
  const lines = table.rows.map((row) => row.map((cell) => cell ?? '').join(fieldSeparator));
  const head = table.columns.map(({ name }) => name).join(fieldSeparator);
  const all = tuplesOnly ? lines : [head, ...lines, footer(table)];
  return all.map((line) => `${line}\n`).join('');
}

function csv({ columns, rows }: Table, { tuplesOnly }: TableStyle): string {
  const head = tuplesOnly ? '' : csvLine(columns.map(({ name }) => name));
  return head + rows.map(csvLine).join('');
}

function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: string | null): string {
  if (cell === null) return '';
  return /[",\r\n]/.test(cell) || cell === '\\.' ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function aligned(table: Table, { tuplesOnly }: TableStyle): string {
  const { columns, rows } = table;
  if (columns.length === 0) return tuplesOnly ? '\n' : `--\n${footer(table)}\n\n`;
  const cells = rows.map((row) => row.map((cell) => (cell ?? '').split('\n')));
  const widths = columns.map(({ name }, index) =>
    Math.max(
      stringWidth(name),
      ...cells.map((row) => Math.max(...(row[index] ?? ['']).map((line) => stringWidth(line)))),
    ),
  );
  const head = columns.map(({ name }, index) => ` ${centred(name, widths[index] ?? 0)} `).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const body = cells.flatMap((row) => linesOf(row, columns, widths));
  const all = tuplesOnly ? [...body, ''] : [head, rule, ...body, footer(table), ''];
  return all.map((line) => `${line}\n`).join('');
}

/** A cell of several lines is marked with a `+` at the end of each but the last. */
function linesOf(
  row: readonly (readonly string[])[],
  columns: readonly Column[],
  widths: readonly number[],
): readonly string[] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ numeric }, index) => {
        const cell = row[index] ?? [];
        const text = cell[line] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
        const more = line + 1 < cell.length;
        const isLast = index + 1 === columns.length;
        // What nobody sees is left away at the end of a line.
        const bare = isLast && !more && (!numeric || line >= cell.length);
        const padded = bare ? text : numeric ? space + text : text + space;
        return ` ${padded}${more ? '+' : isLast ? '' : ' '}`;
      })
      .join('|'),
  );
}

function centred(text: string, width: number): string {
  const space = Math.max(0, width - stringWidth(text));
  const left = Math.floor(space / 2);
  return ' '.repeat(left) + text + ' '.repeat(space - left);
}

function expanded(
  { columns, rows }: Table,
  { tuplesOnly, format, fieldSeparator }: TableStyle,
): string {
  if (rows.length === 0) return tuplesOnly ? '' : '(0 rows)\n\n';
  const width = Math.max(0, ...columns.map(({ name }) => stringWidth(name)));
  const valueWidth = Math.max(0, ...rows.flat().map((cell) => stringWidth(cell ?? '')));
  const separator = format === 'unaligned' ? fieldSeparator : ' | ';
  const rule = `${'-'.repeat(width + 1)}+${'-'.repeat(valueWidth + 1)}`;
  const blocks = rows.map((row, number) => {
    const label = `-[ RECORD ${number + 1} ]`;
    const title = tuplesOnly || format === 'unaligned' ? [] : [label + rule.slice(label.length)];
    const lines = columns.map(({ name }, index) => {
      const shown = format === 'unaligned' ? name : name + ' '.repeat(width - stringWidth(name));
      return `${shown}${separator}${row[index] ?? ''}`;
    });
    return [...title, ...lines].map((line) => `${line}\n`).join('');
  });
  return `${blocks.join(format === 'unaligned' ? '\n' : '')}\n`;
}
