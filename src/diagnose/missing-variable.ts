import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { matchingLine } from './matching-line.ts';

const NAME = '([A-Z][A-Z0-9_]{2,})';
/** What programs write when a variable is missing; the name is what stands in the brackets. */
const SAYINGS: readonly RegExp[] = [
  new RegExp(`KeyError: '${NAME}'`),
  new RegExp(`key not found: "${NAME}"`),
  new RegExp(
    `(?:environment )?variable[s]? ["'\`]?${NAME}["'\`]? (?:must be|is not|was not|not|is required|is missing|is undefined|is empty)`,
    'i',
  ),
  new RegExp(
    `["'\`]?\\b${NAME}\\b["'\`]? (?:must be set|must not be empty|must be defined|is not set|is not defined|not set|is required|is missing|not found in (?:the )?environment)`,
  ),
  new RegExp(
    `(?:[Mm]issing|[Ss]et|[Rr]equired)(?: the)?(?: required)? (?:environment |env )?(?:variable|var)?s?:? ?["'\`]?${NAME}\\b`,
  ),
  new RegExp(`The ${NAME} setting must not be empty`),
  new RegExp(`required key ${NAME} missing value`),
];

/** A program wants a variable that it does not get. */
export function missingVariable({ service, lines }: ServiceFacts): Finding | undefined {
  const found = matchingLine(lines, SAYINGS);
  const name = found?.match[1];
  if (found === undefined || name === undefined) return undefined;
  const given = service.environment.get(name);
  if (given !== undefined && given.value !== '') return undefined;
  const at = given?.at ?? service.at;
  return {
    code: 'service/missing-variable',
    service: service.name,
    cause:
      given === undefined
        ? `${service.name} needs the variable ${name}, and gets none of that name`
        : `${service.name} needs the variable ${name}, and its value is empty`,
    proof: [found.line],
    fix: [
      given === undefined
        ? `Give it one: environment: { ${name}: … } in the file, or a line in its env_file.`
        : `Give it a value where it is written, or in the shell or .env that it comes from.`,
    ],
    at,
  };
}
