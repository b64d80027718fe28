const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** "7.6 MB": decimal units, three digits at most. */
export function sizeInWords(sizeBytes: number): string {
  const power = sizeBytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(sizeBytes) / 3), 4);
  const value = sizeBytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}

/** "just now", "12 s ago", "5 min ago", "3 h ago", "2 days ago". */
export function ageInWords(thenIso: string, nowIso: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(nowIso) - Date.parse(thenIso)) / 1000));
  if (seconds < 1) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** "2025-09-01 08:00:00 UTC" */
export function dateInWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** "create heartbeat" out of "20250901080000000_create-heartbeat". */
export function migrationTitle(name: string): string {
  return name.replace(/^\d+_/, '').replaceAll('-', ' ');
}
