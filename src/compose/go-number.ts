/**
 * A number of a YAML file as Go prints it where text is wanted, as in `environment`: a whole number with all its digits, any
 * other from a million on, and below a ten thousandth, in powers of ten. So `1234567.5` is `1.2345675e+06` in Docker, too.
 *
 * @param source The number as it was written: `1.0` is no whole number, although its value is.
 */
export function goNumber(value: number, source: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const isWhole = Number.isInteger(value) && !(/[.e]/i.test(source) && !/^[-+]?0x/i.test(source));
  if (isWhole) return String(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
