import { basename } from 'node:path';

import { loadedDocuments } from './documents.ts';
import type { Loading } from './loading.ts';
import type { Node } from './node.ts';
import { fillTemplate, parseTemplate } from './template.ts';
import { textOf, valueAt } from './tree.ts';

const RULE = 'Use lower-case letters, digits, - and _, and begin with a letter or a digit.';

/**
 * The project's name: from the command line, else `COMPOSE_PROJECT_NAME`, else `name` of the last file that has one, else the
 * name of the folder.
 */
export function projectNameOf(loading: Loading): string {
  const { projectName, environment, workingDir } = loading.request;
  if (projectName !== undefined && projectName !== '') {
    return accepted(loading, projectName, 'the project name of the command line');
  }
  const fromShell = environment.get('COMPOSE_PROJECT_NAME')?.value ?? '';
  if (fromShell !== '') return accepted(loading, fromShell, 'COMPOSE_PROJECT_NAME');
  const written = nameInFiles(loading);
  const name = asProjectName(written?.text ?? basename(workingDir));
  if (name === '') reportEmpty(loading, written?.node);
  else if (written !== undefined && name !== written.text) reportChanged(loading, written, name);
  return name;
}

/** Lower case, without what Docker does not allow in a project's name. */
function asProjectName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function accepted(loading: Loading, name: string, source: string): string {
  if (asProjectName(name) !== name) {
    loading.report({
      code: 'arguments/project-name',
      severity: 'error',
      message: `${source} is ${JSON.stringify(name)}, which no project can be called`,
      help: RULE,
    });
  }
  return name;
}

interface Written {
  readonly text: string;
  readonly node: Node;
}

function nameInFiles(loading: Loading): Written | undefined {
  const { files, environment } = loading.request;
  const written = files.flatMap((file) =>
    loadedDocuments(loading, file).flatMap((document) => {
      const node = valueAt(document, 'name');
      const text = textOf(node);
      return node === undefined || text === undefined || text === '' ? [] : [{ node, text }];
    }),
  );
  const last = written.at(-1);
  if (last === undefined || loading.stages.noInterpolate === true) return last;
  const filling = {
    lookUp: (name: string) => environment.get(name)?.value,
    report: () => undefined,
  };
  const text = fillTemplate(parseTemplate(last.text), filling);
  return text === '' ? undefined : { ...last, text };
}

function reportEmpty(loading: Loading, node: Node | undefined): void {
  loading.report({
    code: 'compose/no-project-name',
    severity: 'error',
    message: 'the project has no name',
    help: `Write "name: …" at the top of the Compose file, or add -p NAME. ${RULE}`,
    ...(node !== undefined && { at: node.at }),
  });
}

function reportChanged(loading: Loading, { text, node }: Written, name: string): void {
  loading.report({
    code: 'compose/project-name',
    severity: 'warning',
    message: `the project is called ${name}, for ${JSON.stringify(text)} has characters that a name cannot have`,
    help: RULE,
    at: node.at,
  });
}
