/** A copy with other values. What is worked out only when somebody asks for it stays so. */
export function withChanges<T extends object>(object: T, changes: Partial<T>): T {
  const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(object);
  for (const [name, property] of Object.entries(properties))
    if (property.get !== undefined) property.get = () => Reflect.get(object, name);
  const all = { ...properties, ...Object.getOwnPropertyDescriptors(changes) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has all the properties, changed or not
  return Object.defineProperties({}, all) as T;
}
