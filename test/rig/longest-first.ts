import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes each: begun last, they would run on alone. Their size, by which files are begun else, does not tell. */
const LONG = /\/kubernetes\/(contract|journey|up)\.test\.ts$/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not that of an array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)));
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.test(moduleId);
}
