import { join } from 'node:path';

import { interleaved, ms, timeBareNode, timeCommand, verdict } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');

/** What everybody feels at every command: the start of the program beside bare Node. */
export async function start() {
  const { bare, help } = await interleaved(15, {
    bare: timeBareNode,
    help: () => timeCommand(program, ['--help']),
  });
  return [
    {
      what: 'bowline --help',
      ours: ms(help),
      peer: ms(bare),
      peerIs: 'bare Node',
      goal: '≤ 15 ms above',
      verdict: verdict(help - bare <= 15),
    },
  ];
}
