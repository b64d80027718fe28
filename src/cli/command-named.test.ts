import { expect, test } from 'vitest';

import { commandNamed } from './command-named.ts';

test.each([
  ['up', 'up'],
  ['-f a.yaml -p name config --services', 'config'],
  ['--no-color ps', 'ps'],
  ['-E production exec web up', 'exec'],
])('of "%s" the command is %s', (line, name) => {
  expect(commandNamed(line.split(' '))?.name).toBe(name);
});

test.each([
  ['', 'nothing is asked for'],
  ['--help up', 'help is asked for'],
  ['help up', 'help is asked for'],
  ['-fup up', 'the value stands in the same word'],
  ['exce web up', 'there is no such command'],
  ['-f up', 'it is the name of a file'],
  ['-- up', 'it may be anything'],
])('of "%s" it is not sure: %s', (line) => {
  expect(commandNamed(line.split(' '))).toBeUndefined();
});
