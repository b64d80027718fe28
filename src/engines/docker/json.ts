import type { Json } from '../../model/project.ts';

export type Section = Readonly<Record<string, Json>>;

export function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Of a number, or of text that is one: the canonical model writes sizes as text. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).flatMap((each) => textOf(each) ?? []);
}

export function textMapOf(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(sectionOf(value)).map(([key, each]) => [key, textOf(each) ?? '']),
  );
}

/** `object` without the fields that are undefined. */
export function defined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
