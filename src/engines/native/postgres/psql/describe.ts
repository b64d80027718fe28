/** Queries behind the commands that show what there is: the few that one types by hand. */
const LISTS: Readonly<Record<string, string>> = {
  l: `SELECT d.datname AS "Name", pg_catalog.pg_get_userbyid(d.datdba) AS "Owner",
    pg_catalog.pg_encoding_to_char(d.encoding) AS "Encoding", d.datcollate AS "Collate", d.datctype AS "Ctype"
    FROM pg_catalog.pg_database d ORDER BY 1`,
  dn: `SELECT n.nspname AS "Name", pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner"
    FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  du: `SELECT r.rolname AS "Role name", pg_catalog.array_to_string(ARRAY(SELECT a FROM (VALUES
    (CASE WHEN r.rolsuper THEN 'Superuser' END), (CASE WHEN r.rolcreaterole THEN 'Create role' END),
    (CASE WHEN r.rolcreatedb THEN 'Create DB' END), (CASE WHEN NOT r.rolcanlogin THEN 'Cannot login' END),
    (CASE WHEN r.rolreplication THEN 'Replication' END)) v(a) WHERE a IS NOT NULL), ', ') AS "Attributes"
    FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1`,
  dx: `SELECT e.extname AS "Name", e.extversion AS "Version", n.nspname AS "Schema"
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace ORDER BY 1`,
};

const RELATIONS: Readonly<Record<string, string>> = {
  d: "'r','p','v','m','S','f'",
  dt: "'r','p'",
  di: "'i','I'",
  dv: "'v'",
  dm: "'m'",
  ds: "'S'",
};

/** The query of a command such as `\dt`; undefined: there is none of that name. `name` is what it is asked for. */
export function describeQuery(command: string, name: string | undefined): string | undefined {
  const plain = command.replace(/\+$/, '');
  const known = plain === 'list' ? 'l' : plain === 'dg' ? 'du' : plain;
  if (known === 'd' && name !== undefined) return columnsOf(name);
  const kinds = RELATIONS[known];
  return kinds === undefined ? LISTS[known] : relationsOf(kinds, name);
}

function relationsOf(kinds: string, name: string | undefined): string {
  const visible = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
    AND pg_catalog.pg_table_is_visible(c.oid)`;
  return `SELECT n.nspname AS "Schema", c.relname AS "Name",
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'index' END AS "Type",
    pg_catalog.pg_get_userbyid(c.relowner) AS "Owner"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN (${kinds}) AND ${name === undefined ? visible : matches(name)} ORDER BY 1, 2`;
}

function matches(pattern: string): string {
  const [last = '', schema] = pattern.split('.').toReversed();
  const inSchema = schema === undefined ? '' : ` AND n.nspname ~ ${like(schema)}`;
  return `c.relname ~ ${like(last)}${inSchema}`;
}

function columnsOf(name: string): string {
  const literal = `'${name.replaceAll("'", "''")}'`;
  return `SELECT a.attname AS "Column", pg_catalog.format_type(a.atttypid, a.atttypmod) AS "Type",
    CASE WHEN a.attnotnull THEN 'not null' ELSE '' END AS "Nullable",
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS "Default"
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ${literal}::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;
}

function like(text: string): string {
  return `'^(${text.replaceAll("'", "''").replaceAll('*', '.*').replaceAll('?', '.')})$'`;
}
