const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** As Docker says it: `38.6 MB`. */
export function bytesInWords(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power] ?? ''}`;
}
