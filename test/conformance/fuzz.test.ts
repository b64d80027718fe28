import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { ask, difference } from './bowline.ts';
import { fileFromDescription } from './fuzz/from-description.ts';
import { fileFromSchema, type Schema } from './fuzz/from-schema.ts';
import { Random } from './fuzz/random.ts';
import { yamlText } from './fuzz/yaml-text.ts';
import { type Answer, answers, place, type Question } from './oracle.ts';
import { librarySource } from './toolchain.ts';

/** Models made at random from what bowline knows of the language and from the official schema; both must agree on each. */
const COUNT = Number(process.env['BOWLINE_FUZZ_CASES'] ?? 2000);
const FIRST_SEED = Number(process.env['BOWLINE_FUZZ_SEED'] ?? 1);

/** Where bowline means to be different: a sentence for each, and how to know it. */
const DELIBERATE: readonly { readonly why: string; readonly is: RegExp }[] = [
  {
    why: 'the engine would refuse it when the container is made',
    is: /^refused only by us: (mac_address|stop_signal|restart|cpuset|expose\[\d+\]|group_add\[\d+\]|mode|endpoint_mode|failure_action|ipv4_address|container_name) cannot be/,
  },
  {
    why: 'half a unit, or less than nothing, is nothing that anybody means',
    is: /^refused only by us: (cpus|cpu_\w+|pids_limit|retries|mem_\w+|shm_size|context_size|memswap_limit) cannot be (the number|"-)/,
  },
  {
    why: 'a size is a number and a unit; Docker Compose also takes what Go takes for a number',
    is: /^refused only by us: (mem_\w+|shm_size|memswap_limit|rate) cannot be "/,
  },
  {
    why: 'what has no name sets nothing',
    is: /^refused only by us: (environment|labels|sysctls|storage_opt\S*) has (a value without a name|no value)|^refused only by us: (soft|hard) has no value/,
  },
  {
    why: 'a grant of nothing, and a config with nothing in it',
    is: /^refused only by us: (configs\[\d+\] has no source|(configs|secrets)\.\S+ says nothing about)/,
  },
  {
    why: 'the value may come from a variable, which gives text',
    is: /^accepted only by us: .*(context_size must be a integer|(use_api_socket|initial_sync) must be a boolean)/,
  },
  {
    why: 'the schema wants a number, and the next stage of Docker Compose makes it text',
    is: /^accepted only by us: .*cpu_percent must be a string/,
  },
  {
    why: 'a number where text is meant is that text',
    is: /^accepted only by us: .*((extra_hosts\.\S+|provenance) must be a|unsupported expose value|invalid type float64 for port)/,
  },
  {
    why: 'a limit of the service and another limit under deploy do not contradict each other',
    is: /^accepted only by us: .*can't set distinct values on '(cpus|mem_limit|mem_reservation|pids_limit)'/,
  },
  {
    why: 'a key without a value is that of the agent',
    is: /^accepted only by us: .*invalid ssh key/,
  },
  {
    why: 'an empty path is the folder of the file',
    is: /^\/services\/\w+\/build\/context: undefined is /,
  },
  {
    why: 'a hook without an image runs in that of its service',
    is: /^\/services\/\w+\/pre_start\/\d+\/image: undefined is /,
  },
  { why: 'Docker Compose crashes', is: /^accepted only by us: (panic: |json: error calling)/ },
  {
    why: 'names are free there: one that begins with x- is a name; Docker Compose stumbles',
    is: /#extensions|^accepted only by us: (decoding failed|.*options\.\S+ must be a null)|^refused only by us: ulimits\.x-own/,
  },
  {
    why: '0 is a limit as any other; Docker Compose keeps it and does not print it',
    is: /^\/services\/\w+\/(build\/)?ulimits\/[\w.]+\/(soft|hard): undefined is 0$|ulimits\/[\w.]+: \{\} is 0$/,
  },
  {
    why: 'a date is text',
    is: /UTC" is "\d{4}-\d\d-\d\d"$|unexpected type time\.Time$|invalid type time\.Time/,
  },
  {
    why: '1e3 is a number of bytes; Docker Compose accepts it and forgets it',
    is: /^\/services\/\w+\/(mem_\w+|shm_size|memswap_limit): undefined is "\d+"$/,
  },
  {
    why: 'a mode that is empty is none',
    is: /^\/services\/\w+\/networks: undefined is \{"default":null\}$/,
  },
  {
    why: 'content that is empty is none',
    is: /^accepted only by us: \S+ file\|environment\|content attributes are mutually exclusive/,
  },
  {
    why: 'a host without an address is no host',
    is: /^\/services\/\w+\/extra_hosts: \[\] is undefined$|^refused only by us: extra_hosts has no value/,
  },
  {
    why: 'a variable without a name has no content',
    is: /^accepted only by us: secret \S+ must declare either/,
  },
  {
    why: 'a key that nothing reads is a mistake',
    is: /^refused only by us: there is no key \S+ in (gpus\[|external)/,
  },
  {
    why: 'the empty text of a variable that is not set names neither a group nor a port',
    is: /^refused only by us: the variable \w+ is not set; nothing is put in its place/,
  },
];

const source = librarySource();

test.skipIf(source === undefined)(
  `${COUNT} random files mean the same to bowline and to Docker Compose`,
  { timeout: 3_600_000 },
  async () => {
    const path = join(source ?? '', 'schema/compose-spec.json');
    const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
    const questions = Array.from({ length: COUNT }, (_, index) =>
      questionOf(FIRST_SEED + index, schema),
    );
    const theirs = await answers(questions);
    const wrong: string[] = [];
    for (const [index, question] of questions.entries()) {
      const how = await disagreement(question, theirs[index] ?? { kind: 'silent' });
      if (how !== undefined) wrong.push(`${question.placed.case.name}: ${how}`);
    }
    expect(wrong).toEqual([]);
  },
);

function questionOf(seed: number, schema: Schema): Question {
  const random = new Random(seed);
  const value = random.chance(60) ? fileFromDescription(random) : fileFromSchema(random, schema);
  const placed = place({
    name: `seed ${seed}`,
    files: [`${yamlText(value)}\n`],
    beside: {},
    environment: { SET: 'set', EMPTY: '' },
  });
  return { placed, flags: ['--format', 'json'] };
}

async function disagreement(question: Question, theirs: Answer): Promise<string | undefined> {
  const found = difference(theirs, await ask(question));
  // A file with several mistakes may be refused for any of them.
  if (found?.startsWith('refused for another reason') === true) return undefined;
  if (found === undefined || DELIBERATE.some(({ is }) => is.test(found))) return undefined;
  return found;
}
