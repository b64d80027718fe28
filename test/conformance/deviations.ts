/** Docker Compose copies what nine times nine aliases name, and does not end: it is not asked. */
export const endless: readonly string[] = ['loader TestAliasNodePreservation 59ec2c2e'];

/** Cases in which we deliberately differ from Docker Compose, by the reason. Reviewed one by one. */
export const deviations: Readonly<Record<string, readonly string[]>> = {
  // Docker Compose finds it out when the second container is started.
  'two services, or one twice, publish the same port: it can never run': [
    'loader TestOverrideSelfExtends 16e2eb8b',
    'override Test_PortsLongtUnicity fb350bea',
    'override Test_PortsLongtUnicity 6c87858e',
  ],
  // Docker's schema looks at names of lower-case letters only; with one of those it refuses the same.
  'a limit without its hard half': [
    'override Test_mergeYamlUlimitsSyntaxCombinations ece8f9fa',
    'override Test_mergeYamlUlimitsSyntaxCombinations dae12c16',
  ],
  // In Docker Compose it ends as `refers to undefined network #extensions`, an oversight.
  'a service may be on a network whose name begins with x-': ['loader TestXService bfa40218'],
};
