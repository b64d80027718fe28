/** An address of either family. */
export function isIP(text: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts !== null) return parts.slice(1).every((part) => Number(part) <= 255);
  return text.includes(':') && /^[0-9a-fA-F:]+(?:\.\d+){0,3}$/.test(text);
}
